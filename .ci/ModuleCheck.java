import io.github.looprunner.LoopRunner;
import io.github.looprunner.loop.EventLoopFactory;
import java.util.Map;

/** Uses the library as a named module, with nothing else on the module path. */
class ModuleCheck {

    private static final Map<String, String> MISSING = Map.of(
            "netty-nio", "io.netty:netty-transport:4.2",
            "netty-local", "io.netty:netty-transport:4.2",
            "netty-epoll", "io.netty:netty-transport-native-epoll:4.2",
            "netty-io-uring", "io.netty:netty-transport-native-io_uring:4.2",
            "vertx", "io.vertx:vertx-core:5.0");

    public static void main(String[] args) {
        require(LoopRunner.class.getModule().isNamed(), "the library is a named module");
        require(EventLoopFactory.of("jdk").kind().equals("jdk"), "the module provides its own loops");
        try (LoopRunner runner = LoopRunner.start()) {
            require(runner.call(() -> 42) == 42, "a loop runs without JUnit");
        }
        MISSING.forEach((kind, artifact) ->
                require(refusal(kind).contains("add " + artifact), "kind " + kind + " says to add " + artifact));
    }

    private static String refusal(String kind) {
        try (LoopRunner runner = LoopRunner.builder().kind(kind).start()) {
            return "runs without its library: " + runner;
        } catch (IllegalStateException refused) {
            return refused.getMessage();
        }
    }

    private static void require(boolean holds, String fact) {
        System.out.println((holds ? "holds: " : "DOES NOT HOLD: ") + fact);
        if (!holds) {
            System.exit(1);
        }
    }
}
