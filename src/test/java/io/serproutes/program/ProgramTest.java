package io.serproutes.program;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import io.serproutes.IllegalSettingException;
import org.apache.camel.main.BaseMainSupport;
import org.apache.camel.main.MainListenerSupport;
import org.junit.jupiter.api.Test;

class ProgramTest {

  private final Program.Run main = new Program.Run();

  @Test
  void whatFailsAfterTheRoutesHaveStartedIsNoSuccess() throws Exception {
    main.addMainListener(
        new MainListenerSupport() {
          @Override
          public void afterStart(BaseMainSupport started) {
            throw new IllegalStateException("no page");
          }
        });
    main.run();
    assertThat(main.getCamelContext().isStopped()).isTrue();
    assertThatThrownBy(main::requireStarted).hasMessage("no page");
  }

  @Test
  void whatFailsBeforeTheStartIsThrownAsItIs() {
    main.addMainListener(
        new MainListenerSupport() {
          @Override
          public void beforeStart(BaseMainSupport read) {
            throw new IllegalSettingException("no topic");
          }
        });
    assertThatThrownBy(main::run).isInstanceOf(IllegalSettingException.class);
  }

  @Test
  void aRunThatEndsHasStarted() throws Exception {
    main.addMainListener(
        new MainListenerSupport() {
          @Override
          public void afterStart(BaseMainSupport started) {
            main.completed();
          }
        });
    main.run();
    main.requireStarted();
  }
}
