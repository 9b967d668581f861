package io.github.looprunner.jmh;

import io.github.looprunner.LoopRunner;
import io.netty.channel.DefaultEventLoopGroup;
import io.netty.channel.IoHandlerFactory;
import io.netty.channel.MultiThreadIoEventLoopGroup;
import io.netty.channel.epoll.EpollIoHandler;
import io.netty.channel.nio.NioIoHandler;
import io.netty.util.concurrent.EventExecutorGroup;
import io.reactivex.rxjava3.plugins.RxJavaPlugins;
import java.util.concurrent.ExecutorService;
import java.util.concurrent.Executors;
import java.util.concurrent.ScheduledThreadPoolExecutor;
import java.util.concurrent.TimeUnit;
import reactor.core.scheduler.Schedulers;

/** What is measured, side by side: this library, and what others wait with in their tests today. */
public enum Peer {
    LOOP_RUNNER {
        @Override
        MeasuredLoop open() {
            return new RunnerLoop(LoopRunner.start());
        }
    },
    LOOP_RUNNER_CALL {
        @Override
        MeasuredLoop open() {
            return new RunnerCallLoop(LoopRunner.start());
        }
    },
    SINGLE_THREAD_EXECUTOR {
        @Override
        MeasuredLoop open() {
            return new ExecutorLoop(Executors.newSingleThreadExecutor());
        }
    },
    SINGLE_THREAD_EXECUTOR_BOUNDED {
        @Override
        MeasuredLoop open() {
            return new BoundedLoop(Executors.newSingleThreadExecutor());
        }
    },
    SCHEDULED_EXECUTOR {
        @Override
        MeasuredLoop open() {
            return new ExecutorLoop(new ScheduledThreadPoolExecutor(1));
        }
    },
    NETTY_DEFAULT {
        @Override
        MeasuredLoop open() {
            return new ExecutorLoop(new DefaultEventLoopGroup(1).next());
        }
    },
    NETTY_NIO {
        @Override
        MeasuredLoop open() {
            return netty(NioIoHandler.newFactory());
        }
    },
    NETTY_EPOLL {
        @Override
        MeasuredLoop open() {
            return netty(EpollIoHandler.newFactory());
        }
    },
    VERTX {
        @Override
        MeasuredLoop open() {
            return VertxLoop.open();
        }
    },
    REACTOR {
        @Override
        MeasuredLoop open() {
            return new ReactorLoop(Schedulers.newSingle("reactor"));
        }
    },
    RXJAVA {
        @Override
        MeasuredLoop open() {
            return new RxLoop(RxJavaPlugins.createSingleScheduler(Thread::new));
        }
    },
    AWAITILITY {
        @Override
        MeasuredLoop open() {
            return new PolledLoop(Executors.newSingleThreadExecutor());
        }
    };

    /** Opens a loop of its own for the caller, who closes it. */
    abstract MeasuredLoop open();

    private static MeasuredLoop netty(IoHandlerFactory handlers) {
        return new ExecutorLoop(new MultiThreadIoEventLoopGroup(1, handlers).next());
    }

    /** Stops an executor at once; Netty's would wait two seconds for late submissions. */
    static void close(ExecutorService executor) {
        if (executor instanceof EventExecutorGroup netty) {
            netty.shutdownGracefully(0, 0, TimeUnit.SECONDS).syncUninterruptibly();
        } else {
            executor.shutdownNow();
        }
    }
}
