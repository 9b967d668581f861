package io.github.looprunner.reactornetty;

import io.netty.channel.EventLoop;
import io.netty.channel.EventLoopGroup;
import java.time.Duration;
import reactor.core.publisher.Mono;
import reactor.netty.resources.LoopResources;

/** One loop for servers, clients and acceptors; disposing it leaves the loop alone. */
final class OneLoop implements LoopResources {

    private final EventLoop loop;

    OneLoop(EventLoop loop) {
        this.loop = loop;
    }

    @Override
    public EventLoopGroup onServer(boolean useNative) {
        return loop;
    }

    @Override
    public EventLoopGroup onClient(boolean useNative) {
        return loop;
    }

    @Override
    public EventLoopGroup onServerSelect(boolean useNative) {
        return loop;
    }

    @Override
    public void dispose() {
        // the loop is not ours to end
    }

    @Override
    public Mono<Void> disposeLater(Duration quietPeriod, Duration timeout) {
        return Mono.empty();
    }

    @Override
    public boolean daemon() {
        return true;
    }
}
