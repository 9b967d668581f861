import io.github.looprunner.LoopRunner;
import io.github.looprunner.netty.NettyLoops;
import io.netty.channel.EventLoop;
import io.vertx.core.Vertx;
import java.util.concurrent.CompletableFuture;

/** Uses the library as a named module beside Netty and Vert.x as named modules. */
class AdapterModuleCheck {

    public static void main(String[] args) {
        require(EventLoop.class.getModule().isNamed(), "Netty is a named module");
        require(Vertx.class.getModule().isNamed(), "Vert.x is a named module");
        for (String kind : new String[] {"netty-nio", "netty-local", "vertx"}) {
            try (LoopRunner runner = LoopRunner.builder().kind(kind).start()) {
                EventLoop netty = NettyLoops.of(runner.loop());
                CompletableFuture<Boolean> ran = new CompletableFuture<>();
                netty.execute(() -> ran.complete(netty.inEventLoop()));
                require(runner.runCoroutine(ran), "kind " + kind + " runs a task of Netty's");
            }
        }
        try (LoopRunner runner = LoopRunner.builder().kind("vertx").virtualTime().start()) {
            CompletableFuture<Long> fired = new CompletableFuture<>();
            runner.loop().unwrap(Vertx.class).setTimer(3_600_000, fired::complete);
            runner.runCoroutine(fired);
            require(runner.time().elapsed().toHours() == 1, "a timer of Vert.x' fires in virtual time");
        }
    }

    private static void require(boolean holds, String fact) {
        System.out.println((holds ? "holds: " : "DOES NOT HOLD: ") + fact);
        if (!holds) {
            System.exit(1);
        }
    }
}
