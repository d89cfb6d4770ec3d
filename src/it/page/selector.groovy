// the tests need Debian's chromium and chromium-driver; where PAGE_BROWSER=required is set they are not skipped
def missing = ['/usr/bin/chromium', '/usr/bin/chromedriver'].findAll { !new File(it).canExecute() }
if (missing && System.getenv('PAGE_BROWSER') != 'required') {
  // the output of this script goes to a file
  def console = new PrintStream(new FileOutputStream(FileDescriptor.out))
  console.println("The tests of the page are skipped for want of a browser: ${missing.join(' and ')} missing;" as String)
  console.println('apt-get install --no-install-recommends chromium chromium-driver')
  return false
}
return true
