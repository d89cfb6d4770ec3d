package io.serproutes;

import static org.assertj.core.api.Assertions.assertThat;

import java.nio.file.Path;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;
import org.junit.jupiter.api.parallel.Execution;
import org.junit.jupiter.api.parallel.ExecutionMode;

/** The command line of the jar. */
@Execution(ExecutionMode.CONCURRENT)
class CommandsIT {

  private static final String ID = "00000000-0000-0000-0000-000000000000";

  @TempDir Path temp;

  private ProgramUnderTest.Start program() {
    return ProgramUnderTest.in(temp.resolve("work"));
  }

  @Test
  void helpAndVersion() {
    for (String argument : new String[] {"--help", "-h"}) {
      try (ProgramUnderTest program = program().argument(argument).start()) {
        assertThat(program.exitCode()).as(program.output()).isZero();
        assertThat(program.output()).startsWith("Usage: ").contains("  run ").contains("--set");
        assertThat(program.output().lines()).allMatch(line -> line.length() < 80);
      }
    }
    try (ProgramUnderTest program = program().argument("--version").start()) {
      assertThat(program.exitCode()).as(program.output()).isZero();
      assertThat(program.output()).matches("serp-routes \\d+\\.\\d+\\.\\d+\\S*\\R");
    }
  }

  @Test
  void setWinsOverASystemPropertyThatOverTheEnvironmentThatOverTheFile() {
    ProgramUnderTest.Start start =
        program()
            .embeddedSandbox()
            .configFile("serp.files.dir=file", "serp.sandbox.items=3", "serp.api.max-concurrent=x")
            .environment("SERP_FILES_DIR", "environment")
            .environment("SERP_API_MAX_CONCURRENT", "3")
            .environment("SERP_SANDBOX_ITEMS", "4")
            .key("serp.files.dir", "property")
            .key("serp.sandbox.items", "5")
            .key("serp.ids", "nothing");
    start.argument("-Dserp.files.dir=overwritten").argument("--set=serp.ids=" + ID);
    start.argument("run").argument("-Dserp.files.dir=set");
    try (ProgramUnderTest program = start.start()) {
      assertThat(program.exitCode()).as(program.output()).isZero();
      assertThat(new OutFolder(temp.resolve("work/set")).receipt(ID)).isNotNull();
      assertThat(temp.resolve("work/property")).doesNotExist();
      assertThat(temp.resolve("work/environment")).doesNotExist();
      assertThat(temp.resolve("work/overwritten")).doesNotExist();
    }
  }

  @Test
  void setWinsInRouteFilesToo() {
    String route =
        """
        - route:
            id: items-to-log
            from:
              uri: direct:serp-items-to-log
              steps:
                - log: "greeting {{my.greeting}}"
        """;
    ProgramUnderTest.Start start =
        program()
            .file("routes/items-to-log.camel.yaml", route)
            .key("my.greeting", "property")
            .key("serp.ids", ID)
            .argument("--set")
            .argument("my.greeting=set")
            .argument("--set")
            .argument("serp.to=files,log")
            .key("serp.api.path", "/v3/serp/naver/nothing")
            .argument("-Dserp.api.path=/v3/serp/naver/organic/task_get/regular");
    try (StandIn api = StandIn.start();
        ProgramUnderTest program = start.api(api).start()) {
      assertThat(program.exitCode()).as(program.output()).isZero();
      assertThat(program.output()).contains("greeting set");
    }
  }
}
