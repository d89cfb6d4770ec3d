package io.serproutes;

import java.util.List;
import java.util.concurrent.CopyOnWriteArrayList;
import org.apache.logging.log4j.Level;
import org.apache.logging.log4j.LogManager;
import org.apache.logging.log4j.core.LogEvent;
import org.apache.logging.log4j.core.Logger;
import org.apache.logging.log4j.core.appender.AbstractAppender;
import org.apache.logging.log4j.core.config.Configurator;
import org.apache.logging.log4j.core.config.Property;

/** What one logger says, from INFO up, until it is closed. */
public final class LogLines implements AutoCloseable {

  private final List<String> lines = new CopyOnWriteArrayList<>();
  private final Logger logger;
  private final Level before;
  private final Lines appender = new Lines();

  private LogLines(String name) {
    logger = (Logger) LogManager.getLogger(name);
    before = logger.getLevel();
    appender.start();
    logger.addAppender(appender);
    Configurator.setLevel(logger, Level.INFO); // the appender gave the logger a configuration
  }

  /** Listens to this logger. */
  public static LogLines of(String logger) {
    return new LogLines(logger);
  }

  /** Level and message of each. */
  public List<String> lines() {
    return lines;
  }

  @Override
  public void close() {
    logger.removeAppender(appender);
    Configurator.setLevel(logger, before);
  }

  private final class Lines extends AbstractAppender {

    Lines() {
      super("lines-" + System.nanoTime(), null, null, true, Property.EMPTY_ARRAY);
    }

    @Override
    public void append(LogEvent event) {
      lines.add(event.getLevel() + " " + event.getMessage().getFormattedMessage());
    }
  }
}
