package host;

import org.apache.camel.main.Main;

public class Host {

  public static void main(String[] args) throws Exception {
    Main main = new Main();
    main.configure().addRoutesBuilder(KafkaIds.class, JmsIds.class, RestIds.class);
    main.run(args);
  }
}
