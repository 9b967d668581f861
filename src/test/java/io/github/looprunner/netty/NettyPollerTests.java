package io.github.looprunner.netty;

import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assumptions.assumeThat;

import io.github.looprunner.loop.PolledLoop;
import io.github.looprunner.testing.Bounded;
import io.github.looprunner.testing.RecordingOwner;
import java.util.List;
import java.util.concurrent.Future;
import java.util.concurrent.TimeUnit;
import java.util.concurrent.atomic.AtomicReference;
import org.junit.jupiter.api.Timeout;
import org.junit.jupiter.params.ParameterizedTest;
import org.junit.jupiter.params.provider.MethodSource;

@Timeout(60)
class NettyPollerTests {

    static List<NettyLoopFactory> factories() {
        return List.of(
                new NettyNioLoopFactory(),
                new NettyEpollLoopFactory(),
                new NettyIoUringLoopFactory(),
                new NettyLocalLoopFactory());
    }

    @ParameterizedTest
    @MethodSource("factories")
    void remembersBeingWokenBeforeItPolls(NettyLoopFactory factory) throws Exception {
        assumeThat(factory.unavailable()).isEmpty();
        AtomicReference<NettyPoller> opened = new AtomicReference<>();
        try (PolledLoop loop = PolledLoop.open(factory.kind(), new RecordingOwner(), polled -> {
            opened.set(new NettyPoller(polled, factory.transport()));
            return opened.get();
        })) {
            NettyPoller poller = opened.get();

            Thread wentOn = Bounded.get(loop.supply(() -> {
                Thread waker = new Thread(poller::wakeUp);
                waker.start();
                waker.join();
                poller.poll(Long.MAX_VALUE);
                return Thread.currentThread();
            }));

            assertThat(wentOn).isSameAs(loop.carrier());
        }
    }

    /** The second timer of a pair is polled for with the deadline of the first, and the other way round. */
    @ParameterizedTest
    @MethodSource("factories")
    void firesNoTimerEarlyThoughItKeepsTheDeadlineOfAnother(NettyLoopFactory factory) throws Exception {
        assumeThat(factory.unavailable()).isEmpty();
        try (PolledLoop loop = PolledLoop.open(
                factory.kind(), new RecordingOwner(), polled -> new NettyPoller(polled, factory.transport()))) {
            for (int i = 0; i < 100; i++) {
                long first = 2_000_000;
                long second = first + (i % 2 == 0 ? 5_000 : -5_000); // nanoseconds apart
                long start = loop.nanoTime();

                Future<Long> one = loop.schedule(loop::nanoTime, first, TimeUnit.NANOSECONDS);
                Future<Long> other = loop.schedule(loop::nanoTime, second, TimeUnit.NANOSECONDS);

                assertThat(Bounded.get(one) - start).isGreaterThanOrEqualTo(first);
                assertThat(Bounded.get(other) - start).isGreaterThanOrEqualTo(second);
            }
        }
    }
}
