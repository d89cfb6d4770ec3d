package io.serproutes.items;

import java.io.IOException;
import java.util.ArrayList;
import java.util.Arrays;
import java.util.List;

/** The same bytes as an answer in memory and as one in a file. */
final class Answers {

  private Answers() {}

  static Answer inMemory(byte[] bytes) {
    return new AnswerInMemory(chunks(bytes), bytes.length, new Buffers());
  }

  static Answer inFile(byte[] bytes) throws IOException {
    AnswerInFile answer = new AnswerInFile();
    answer.append(bytes, bytes.length);
    return answer;
  }

  private static List<byte[]> chunks(byte[] bytes) {
    List<byte[]> chunks = new ArrayList<>();
    for (int at = 0; at < bytes.length || chunks.isEmpty(); at += Buffers.SIZE) {
      chunks.add(Arrays.copyOfRange(bytes, at, Math.min(bytes.length, at + Buffers.SIZE)));
    }
    return chunks;
  }
}
