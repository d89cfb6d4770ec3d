package io.serproutes.ids;

import static java.nio.file.LinkOption.NOFOLLOW_LINKS;
import static java.nio.file.StandardOpenOption.CREATE;
import static java.nio.file.StandardOpenOption.WRITE;

import java.io.IOException;
import java.nio.channels.FileChannel;
import java.nio.channels.FileLock;
import java.nio.channels.OverlappingFileLockException;
import java.nio.file.Files;
import java.nio.file.NoSuchFileException;
import java.nio.file.Path;
import java.nio.file.attribute.BasicFileAttributes;
import java.util.Collections;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.Set;
import java.util.WeakHashMap;

/**
 * A file of locks that this process has open once, whatever number of contexts use it. Safe for use
 * by many threads.
 *
 * <p>When a process closes one channel of a file, the system drops the process's locks of all its
 * channels of that file. So they share one, which the last of them closes.
 */
public final class ClaimsFile {

  /** Those that are open, by the identity of the file. */
  private static final Map<Object, ClaimsFile> OPEN = new HashMap<>();

  private final Object key;
  private final FileChannel channel;
  // does not keep its users from being collected: Camel may create a bean and drop it
  private final Set<Object> users = Collections.newSetFromMap(new WeakHashMap<>());

  private ClaimsFile(Object key, FileChannel channel) {
    this.key = key;
    this.channel = channel;
  }

  /** The file at a path, created where it is missing, for one more user. */
  public static ClaimsFile open(Path path, Object user) throws IOException {
    synchronized (OPEN) {
      ClaimsFile open = OPEN.get(key(path));
      while (open == null) {
        open = create(path);
      }
      open.users.add(user);
      return open;
    }
  }

  // null where the file is replaced at this moment
  private static ClaimsFile create(Path path) throws IOException {
    Object before = key(path);
    FileChannel channel = FileChannel.open(path, CREATE, WRITE, NOFOLLOW_LINKS);
    Object key = key(path);
    if (key == null || before != null && !before.equals(key)) {
      channel.close();
      return null;
    }
    ClaimsFile created = new ClaimsFile(key, channel);
    OPEN.put(key, created);
    return created;
  }

  private static Object key(Path path) throws IOException {
    try {
      return Files.readAttributes(path, BasicFileAttributes.class, NOFOLLOW_LINKS).fileKey();
    } catch (NoSuchFileException e) {
      return null;
    }
  }

  /** Whether this is the file at a path; not where it was removed or replaced. */
  public boolean isAt(Path path) throws IOException {
    return key.equals(key(path));
  }

  /** Locks one byte; null where this process or another has locked it. */
  public FileLock lock(long place) throws IOException {
    try {
      return channel.tryLock(place, 1, false);
    } catch (OverlappingFileLockException e) {
      return null;
    }
  }

  /** Gives the file back; closes it after its last user, and others whose users are gone. */
  public void close(Object user) throws IOException {
    synchronized (OPEN) {
      users.remove(user);
      for (Iterator<ClaimsFile> all = OPEN.values().iterator(); all.hasNext(); ) {
        ClaimsFile open = all.next();
        if (open.users.isEmpty()) {
          all.remove();
          open.channel.close();
        }
      }
    }
  }
}
