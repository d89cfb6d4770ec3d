package io.serproutes.items;

import java.io.IOException;

/** The same bytes as an answer in memory and as one in a file. */
final class Answers {

  private Answers() {}

  static Answer inMemory(byte[] bytes) {
    return new AnswerInMemory(bytes.clone(), bytes.length, new Buffers());
  }

  static Answer inFile(byte[] bytes) throws IOException {
    AnswerInFile answer = new AnswerInFile();
    answer.append(bytes, bytes.length);
    return answer;
  }
}
