import io.github.looprunner.LoopRunner;
import io.github.looprunner.loop.EventLoopFactory;

/** Uses the library as a named module, with nothing else on the module path. */
class ModuleCheck {

    public static void main(String[] args) {
        require(LoopRunner.class.getModule().isNamed(), "the library is a named module");
        require(EventLoopFactory.of("jdk").kind().equals("jdk"), "the module provides its own loops");
        try (LoopRunner runner = LoopRunner.start()) {
            require(runner.call(() -> 42) == 42, "a loop runs without JUnit");
        }
    }

    private static void require(boolean holds, String fact) {
        System.out.println((holds ? "holds: " : "DOES NOT HOLD: ") + fact);
        if (!holds) {
            System.exit(1);
        }
    }
}
