package io.serproutes;

import java.io.IOException;
import java.lang.reflect.InvocationTargetException;
import java.lang.reflect.Proxy;
import java.net.URI;
import java.nio.ByteBuffer;
import java.nio.MappedByteBuffer;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.ReadableByteChannel;
import java.nio.channels.SeekableByteChannel;
import java.nio.channels.WritableByteChannel;
import java.nio.file.AccessMode;
import java.nio.file.CopyOption;
import java.nio.file.DirectoryStream;
import java.nio.file.FileStore;
import java.nio.file.FileSystem;
import java.nio.file.Files;
import java.nio.file.LinkOption;
import java.nio.file.OpenOption;
import java.nio.file.Path;
import java.nio.file.PathMatcher;
import java.nio.file.WatchService;
import java.nio.file.attribute.BasicFileAttributes;
import java.nio.file.attribute.FileAttribute;
import java.nio.file.attribute.FileAttributeView;
import java.nio.file.attribute.UserPrincipalLookupService;
import java.nio.file.spi.FileSystemProvider;
import java.util.HashSet;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.TreeSet;
import java.util.stream.Stream;

/**
 * A folder that knows what a power cut would undo now: content that was written and names that were
 * made, moved or removed since the last sync of the file or folder. Paths under {@link #root} are
 * to be used with {@link Files} and {@link FileChannel}.
 */
public final class PowerCut {

  private final Path real;
  private final Disk disk = new Disk();
  private final Set<Object> written = new HashSet<>(); // the keys of files, which a move keeps
  private final Set<Object> renamed = new HashSet<>(); // the keys of folders
  private volatile Runnable beforeSync = () -> {};

  /** A folder in which nothing is at risk yet. */
  public PowerCut(Path real) {
    this.real = real.toAbsolutePath();
  }

  /** The folder. */
  public Path root() {
    return wrap(real);
  }

  /** Runs something before each sync, on its thread. */
  public void beforeSync(Runnable step) {
    beforeSync = step;
  }

  /**
   * What a power cut would undo: the names of files whose content is at risk, and of folders whose
   * names are, these with a slash behind.
   */
  public synchronized Set<String> atRisk() throws IOException {
    Set<String> atRisk = new TreeSet<>();
    try (Stream<Path> all = Files.walk(real)) {
      for (Path one : (Iterable<Path>) all::iterator) {
        boolean isFolder = Files.isDirectory(one, LinkOption.NOFOLLOW_LINKS);
        if ((isFolder ? renamed : written).contains(key(one))) {
          atRisk.add(real.relativize(one) + (isFolder ? "/" : ""));
        }
      }
    }
    return atRisk;
  }

  private static Object key(Path path) throws IOException {
    return Files.readAttributes(path, BasicFileAttributes.class, LinkOption.NOFOLLOW_LINKS)
        .fileKey();
  }

  private synchronized void written(Object file) {
    written.add(file);
  }

  private synchronized void synced(Object fileOrFolder) {
    written.remove(fileOrFolder);
    renamed.remove(fileOrFolder);
  }

  private synchronized void named(Path file) throws IOException {
    renamed.add(key(file.toAbsolutePath().getParent()));
  }

  private Path wrap(Path path) {
    return (Path)
        Proxy.newProxyInstance(
            PowerCut.class.getClassLoader(),
            new Class<?>[] {Path.class, Wrapped.class},
            (proxy, method, arguments) -> {
              switch (method.getName()) {
                case "unwrapped" -> {
                  return path;
                }
                case "getFileSystem" -> {
                  return disk.files;
                }
                default -> {}
              }
              Object[] real = arguments == null ? new Object[0] : arguments.clone();
              for (int i = 0; i < real.length; i++) {
                real[i] = real[i] instanceof Wrapped one ? one.unwrapped() : real[i];
              }
              try {
                Object result = method.invoke(path, real);
                return result instanceof Path found ? wrap(found) : result;
              } catch (InvocationTargetException e) {
                throw e.getCause();
              }
            });
  }

  private static Path unwrap(Path path) {
    return path instanceof Wrapped wrapped ? wrapped.unwrapped() : path;
  }

  private interface Wrapped {
    Path unwrapped();
  }

  private final class Disk extends FileSystemProvider {

    private final FileSystemProvider under = real().provider();
    private final FileSystem files = new OwnFiles(this);

    private FileSystem real() {
      return java.nio.file.FileSystems.getDefault();
    }

    @Override
    public FileChannel newFileChannel(
        Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
        throws IOException {
      Path file = unwrap(path);
      boolean isNew = !Files.exists(file, LinkOption.NOFOLLOW_LINKS);
      FileChannel opened = under.newFileChannel(file, options, attributes);
      Object key = key(file);
      if (isNew) {
        named(file);
        written(key);
      }
      return new Watched(opened, key);
    }

    @Override
    public SeekableByteChannel newByteChannel(
        Path path, Set<? extends OpenOption> options, FileAttribute<?>... attributes)
        throws IOException {
      return newFileChannel(path, options, attributes);
    }

    @Override
    public DirectoryStream<Path> newDirectoryStream(
        Path dir, DirectoryStream.Filter<? super Path> filter) throws IOException {
      DirectoryStream<Path> found =
          under.newDirectoryStream(unwrap(dir), one -> filter.accept(wrap(one)));
      return new DirectoryStream<>() {
        @Override
        public Iterator<Path> iterator() {
          Iterator<Path> all = found.iterator();
          return Stream.generate(() -> all)
              .takeWhile(Iterator::hasNext)
              .map(i -> wrap(i.next()))
              .iterator();
        }

        @Override
        public void close() throws IOException {
          found.close();
        }
      };
    }

    @Override
    public void createDirectory(Path dir, FileAttribute<?>... attributes) throws IOException {
      under.createDirectory(unwrap(dir), attributes);
      named(unwrap(dir));
    }

    @Override
    public void delete(Path path) throws IOException {
      under.delete(unwrap(path));
      named(unwrap(path));
    }

    @Override
    public void move(Path from, Path to, CopyOption... options) throws IOException {
      under.move(unwrap(from), unwrap(to), options);
      named(unwrap(from));
      named(unwrap(to));
    }

    @Override
    public void copy(Path from, Path to, CopyOption... options) throws IOException {
      under.copy(unwrap(from), unwrap(to), options);
      named(unwrap(to));
      written(key(unwrap(to)));
    }

    @Override
    public void createLink(Path link, Path existing) throws IOException {
      under.createLink(unwrap(link), unwrap(existing));
      named(unwrap(link));
    }

    @Override
    public boolean isSameFile(Path one, Path other) throws IOException {
      return under.isSameFile(unwrap(one), unwrap(other));
    }

    @Override
    public boolean isHidden(Path path) throws IOException {
      return under.isHidden(unwrap(path));
    }

    @Override
    public FileStore getFileStore(Path path) throws IOException {
      return under.getFileStore(unwrap(path));
    }

    @Override
    public void checkAccess(Path path, AccessMode... modes) throws IOException {
      under.checkAccess(unwrap(path), modes);
    }

    @Override
    public <V extends FileAttributeView> V getFileAttributeView(
        Path path, Class<V> type, LinkOption... options) {
      return under.getFileAttributeView(unwrap(path), type, options);
    }

    @Override
    public <A extends BasicFileAttributes> A readAttributes(
        Path path, Class<A> type, LinkOption... options) throws IOException {
      return under.readAttributes(unwrap(path), type, options);
    }

    @Override
    public Map<String, Object> readAttributes(Path path, String names, LinkOption... options)
        throws IOException {
      return under.readAttributes(unwrap(path), names, options);
    }

    @Override
    public void setAttribute(Path path, String name, Object value, LinkOption... options)
        throws IOException {
      under.setAttribute(unwrap(path), name, value, options);
    }

    @Override
    public String getScheme() {
      return "power-cut";
    }

    @Override
    public FileSystem newFileSystem(URI uri, Map<String, ?> environment) {
      throw new UnsupportedOperationException();
    }

    @Override
    public FileSystem getFileSystem(URI uri) {
      throw new UnsupportedOperationException();
    }

    @Override
    public Path getPath(URI uri) {
      throw new UnsupportedOperationException();
    }
  }

  private final class OwnFiles extends FileSystem {

    private final Disk disk;

    OwnFiles(Disk disk) {
      this.disk = disk;
    }

    @Override
    public FileSystemProvider provider() {
      return disk;
    }

    @Override
    public Path getPath(String first, String... more) {
      return wrap(disk.real().getPath(first, more));
    }

    @Override
    public PathMatcher getPathMatcher(String pattern) {
      PathMatcher matcher = disk.real().getPathMatcher(pattern);
      return path -> matcher.matches(unwrap(path));
    }

    @Override
    public void close() {
      throw new UnsupportedOperationException();
    }

    @Override
    public boolean isOpen() {
      return true;
    }

    @Override
    public boolean isReadOnly() {
      return false;
    }

    @Override
    public String getSeparator() {
      return "/";
    }

    @Override
    public Iterable<Path> getRootDirectories() {
      return disk.real().getRootDirectories();
    }

    @Override
    public Iterable<FileStore> getFileStores() {
      return disk.real().getFileStores();
    }

    @Override
    public Set<String> supportedFileAttributeViews() {
      return disk.real().supportedFileAttributeViews();
    }

    @Override
    public UserPrincipalLookupService getUserPrincipalLookupService() {
      return disk.real().getUserPrincipalLookupService();
    }

    @Override
    public WatchService newWatchService() throws IOException {
      return disk.real().newWatchService();
    }
  }

  private final class Watched extends FileChannel {

    private final FileChannel under;
    private final Object file;

    Watched(FileChannel under, Object file) {
      this.under = under;
      this.file = file;
    }

    @Override
    public void force(boolean metaData) throws IOException {
      beforeSync.run();
      under.force(metaData);
      synced(file);
    }

    @Override
    public int write(ByteBuffer from) throws IOException {
      written(file);
      return under.write(from);
    }

    @Override
    public int write(ByteBuffer from, long position) throws IOException {
      written(file);
      return under.write(from, position);
    }

    @Override
    public long write(ByteBuffer[] from, int offset, int length) throws IOException {
      written(file);
      return under.write(from, offset, length);
    }

    @Override
    public long transferFrom(ReadableByteChannel from, long position, long count)
        throws IOException {
      written(file);
      return under.transferFrom(from, position, count);
    }

    @Override
    public FileChannel truncate(long size) throws IOException {
      written(file);
      under.truncate(size);
      return this;
    }

    @Override
    public int read(ByteBuffer into) throws IOException {
      return under.read(into);
    }

    @Override
    public int read(ByteBuffer into, long position) throws IOException {
      return under.read(into, position);
    }

    @Override
    public long read(ByteBuffer[] into, int offset, int length) throws IOException {
      return under.read(into, offset, length);
    }

    @Override
    public long transferTo(long position, long count, WritableByteChannel to) throws IOException {
      return under.transferTo(position, count, to);
    }

    @Override
    public long position() throws IOException {
      return under.position();
    }

    @Override
    public FileChannel position(long position) throws IOException {
      under.position(position);
      return this;
    }

    @Override
    public long size() throws IOException {
      return under.size();
    }

    @Override
    public MappedByteBuffer map(MapMode mode, long position, long size) throws IOException {
      return under.map(mode, position, size);
    }

    @Override
    public FileLock lock(long position, long size, boolean isShared) throws IOException {
      return under.lock(position, size, isShared);
    }

    @Override
    public FileLock tryLock(long position, long size, boolean isShared) throws IOException {
      return under.tryLock(position, size, isShared);
    }

    @Override
    protected void implCloseChannel() throws IOException {
      under.close();
    }
  }
}
