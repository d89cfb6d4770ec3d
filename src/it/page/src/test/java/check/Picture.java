package check;

import java.awt.image.BufferedImage;
import java.awt.image.IndexColorModel;
import java.io.ByteArrayInputStream;
import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.Arrays;
import java.util.Comparator;
import java.util.HashMap;
import java.util.List;
import java.util.Map;
import javax.imageio.ImageIO;
import org.openqa.selenium.OutputType;

/** A picture of what the browser shows, small enough for a repository: 256 colours. */
final class Picture {

  private static final int FREQUENT = 192;
  private static final int COLOURS = 256;

  private Picture() {}

  static void take(Browser browser, Path file) throws IOException {
    byte[] png = browser.driver.getScreenshotAs(OutputType.BYTES);
    Files.createDirectories(file.getParent());
    ImageIO.write(withPalette(ImageIO.read(new ByteArrayInputStream(png))), "png", file.toFile());
  }

  /** Each colour becomes the nearest of a palette. */
  private static BufferedImage withPalette(BufferedImage picture) {
    int width = picture.getWidth();
    int height = picture.getHeight();
    int[] pixels = picture.getRGB(0, 0, width, height, null, 0, width);
    Map<Integer, Integer> counts = new HashMap<>();
    for (int pixel : pixels) {
      counts.merge(pixel, 1, Integer::sum);
    }
    int[] palette = palette(counts);
    IndexColorModel model = new IndexColorModel(8, palette.length, palette, 0, false, -1, 0);
    BufferedImage small = new BufferedImage(width, height, BufferedImage.TYPE_BYTE_INDEXED, model);
    Map<Integer, Integer> nearest = new HashMap<>();
    for (int i = 0; i < pixels.length; i++) {
      int index = nearest.computeIfAbsent(pixels[i], pixel -> nearest(palette, pixel));
      small.getRaster().setSample(i % width, i / width, 0, index);
    }
    return small;
  }

  /** The most frequent colours, and of the others those that are least like any of the palette. */
  private static int[] palette(Map<Integer, Integer> counts) {
    List<Integer> byCount =
        counts.entrySet().stream()
            .sorted(Map.Entry.<Integer, Integer>comparingByValue().reversed())
            .map(Map.Entry::getKey)
            .toList();
    int[] palette = byCount.stream().limit(FREQUENT).mapToInt(Integer::intValue).toArray();
    while (palette.length < Math.min(COLOURS, byCount.size())) {
      int[] chosen = palette;
      int next =
          byCount.stream()
              .max(Comparator.comparingInt(each -> distance(chosen[nearest(chosen, each)], each)))
              .orElseThrow();
      palette = Arrays.copyOf(palette, palette.length + 1);
      palette[palette.length - 1] = next;
    }
    return palette;
  }

  private static int nearest(int[] palette, int pixel) {
    int best = 0;
    for (int i = 1; i < palette.length; i++) {
      if (distance(palette[i], pixel) < distance(palette[best], pixel)) {
        best = i;
      }
    }
    return best;
  }

  private static int distance(int a, int b) {
    int sum = 0;
    for (int shift = 0; shift <= 16; shift += 8) {
      int difference = (a >> shift & 0xff) - (b >> shift & 0xff);
      sum += difference * difference;
    }
    return sum;
  }
}
