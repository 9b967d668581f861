/**
 * Tests for asynchronous code: a real event loop on a thread of its own for each test.
 *
 * <p>Start with {@link io.github.looprunner.LoopRunner}. JUnit, Reactor and JSpecify are optional at run time.
 */
module io.github.looprunner {
    requires java.management;
    requires static java.desktop;
    requires static transitive org.junit.jupiter.api;
    requires static org.jspecify;
    requires static reactor.core;
    requires static reactor.netty.core;
    requires static io.netty.common;
    requires static io.netty.transport;
    requires static io.netty.transport.classes.epoll;
    requires static io.netty.transport.classes.io_uring;
    requires static io.vertx.core;
    requires static javafx.graphics;

    exports io.github.looprunner;
    exports io.github.looprunner.checks;
    exports io.github.looprunner.javafx;
    exports io.github.looprunner.loop;
    exports io.github.looprunner.netty;
    exports io.github.looprunner.reactor;
    exports io.github.looprunner.reactornetty;
    exports io.github.looprunner.swing;
    exports io.github.looprunner.vertx;

    uses io.github.looprunner.loop.EventLoopFactory;
    uses io.github.looprunner.loop.LoopFace;

    // JUnit's Extension is provided in META-INF/services only: a module that provides a service of an absent module
    // does not start, and this one has to start without JUnit.
    provides io.github.looprunner.loop.EventLoopFactory with
            io.github.looprunner.loop.JdkLoopFactory,
            io.github.looprunner.loop.VirtualThreadLoopFactory,
            io.github.looprunner.netty.NettyNioLoopFactory,
            io.github.looprunner.netty.NettyEpollLoopFactory,
            io.github.looprunner.netty.NettyIoUringLoopFactory,
            io.github.looprunner.netty.NettyLocalLoopFactory,
            io.github.looprunner.vertx.VertxLoopFactory,
            io.github.looprunner.swing.SwingLoopFactory,
            io.github.looprunner.javafx.JavaFxLoopFactory,
            io.github.looprunner.loop.ExecutorLoopFactory;
    provides io.github.looprunner.loop.LoopFace with
            io.github.looprunner.reactor.ReactorFace,
            io.github.looprunner.reactornetty.ReactorNettyFace;
}
