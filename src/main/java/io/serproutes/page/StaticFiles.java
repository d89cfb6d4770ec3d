package io.serproutes.page;

import java.io.IOException;
import java.io.InputStream;
import java.io.UncheckedIOException;
import java.util.LinkedHashMap;
import java.util.Map;

/**
 * The files of the page: these names, each with its resource of the class path, and no others. No
 * part of a request is ever part of a name. Immutable.
 */
final class StaticFiles {

  private static final String PAGE = "serp-page/";
  private static final String UPLOT = "META-INF/resources/webjars/uplot/1.6.30/dist/";
  private static final String JAVASCRIPT = "text/javascript; charset=utf-8";
  private static final String CSS = "text/css; charset=utf-8";

  private final Map<String, StaticFile> files = new LinkedHashMap<>();

  record StaticFile(String type, byte[] content) {}

  /** Reads all of them. */
  StaticFiles() {
    add("/", "text/html; charset=utf-8", PAGE + "index.html");
    add("/page/page.css", CSS, PAGE + "page.css");
    add("/page/page.js", JAVASCRIPT, PAGE + "page.js");
    add("/page/icon.svg", "image/svg+xml", PAGE + "icon.svg");
    add("/page/uplot.js", JAVASCRIPT, UPLOT + "uPlot.iife.min.js");
    add("/page/uplot.css", CSS, UPLOT + "uPlot.min.css");
  }

  private void add(String path, String type, String resource) {
    try (InputStream in = StaticFiles.class.getClassLoader().getResourceAsStream(resource)) {
      if (in == null) {
        throw new IllegalStateException(resource + " is missing on the class path");
      }
      files.put(path, new StaticFile(type, in.readAllBytes()));
    } catch (IOException e) {
      throw new UncheckedIOException(e);
    }
  }

  Map<String, StaticFile> all() {
    return files;
  }
}
