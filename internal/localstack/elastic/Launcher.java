import java.io.IOException;
import java.nio.file.Files;
import java.nio.file.Path;
import java.nio.file.StandardCopyOption;
import java.util.Map;
import org.elasticsearch.common.logging.LogConfigurator;
import org.elasticsearch.common.settings.Settings;
import org.elasticsearch.env.Environment;
import org.elasticsearch.node.Node;
import org.elasticsearch.plugins.PluginsLoader;

/**
 * Runs one Elasticsearch node in the foreground, from Elastic's own jars.
 *
 * <p>Usage: {@code Launcher PID-FILE setting=value...}. The first line of the
 * file is this process, from the beginning; a second line says "ready" once the
 * node takes requests. The node ends with a SIGTERM, and when the file is gone:
 * whoever deletes a checkout should not leave a node behind.
 */
public final class Launcher {
  private static final long LOOK_EVERY_MILLIS = 2_000;

  public static void main(String[] args) {
    try {
      run(Path.of(args[0]), settings(args));
    } catch (Throwable e) {
      // The node may have left threads that would keep the process alive.
      e.printStackTrace();
      Runtime.getRuntime().halt(1);
    }
  }

  private static void run(Path pidFile, Settings settings) throws Exception {
    String pid = ProcessHandle.current().pid() + "\n";
    replace(pidFile, pid);
    Node node = create(settings);
    Runtime.getRuntime().addShutdownHook(new Thread(() -> close(node)));
    node.start();
    replace(pidFile, pid + "ready\n");
    while (Files.exists(pidFile)) {
      Thread.sleep(LOOK_EVERY_MILLIS);
    }
    System.exit(0);
  }

  private static Settings settings(String[] args) {
    Settings.Builder settings = Settings.builder();
    for (int i = 1; i < args.length; i++) {
      int equals = args[i].indexOf('=');
      settings.put(args[i].substring(0, equals), args[i].substring(equals + 1));
    }
    return settings.build();
  }

  private static Node create(Settings settings) throws Exception {
    Path config = Path.of(settings.get("path.home"), "config");
    Environment environment = new Environment(settings, config);
    LogConfigurator.setNodeName(settings.get("node.name"));
    LogConfigurator.configure(environment, true);
    PluginsLoader plugins =
        PluginsLoader.createPluginsLoader(
            PluginsLoader.loadModulesBundles(environment.modulesDir()),
            PluginsLoader.loadPluginsBundles(environment.pluginsDir()),
            Map.of(),
            false);
    return new Node(environment, plugins);
  }

  private static void close(Node node) {
    try {
      node.close();
    } catch (IOException e) {
      e.printStackTrace();
    }
  }

  private static void replace(Path file, String text) throws IOException {
    Path aside = file.resolveSibling(file.getFileName() + ".new");
    Files.writeString(aside, text);
    Files.move(aside, file, StandardCopyOption.ATOMIC_MOVE);
  }
}
