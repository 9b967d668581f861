package io.github.looprunner.netty;

import io.github.looprunner.loop.Described;
import io.github.looprunner.loop.Site;
import io.netty.channel.Channel;
import io.netty.channel.IoEvent;
import io.netty.channel.IoHandle;
import io.netty.channel.IoRegistration;
import org.jspecify.annotations.Nullable;

/** One piece of input: that a handle is ready, or that something was done for it. */
final class Input implements Runnable, Described {

    private final IoHandle handle;
    private final Object[] arguments; // of its method

    Input(IoHandle handle, Object[] arguments) {
        this.handle = handle;
        this.arguments = arguments;
    }

    @Override
    public void run() {
        handle.handle((IoRegistration) arguments[0], (IoEvent) arguments[1]);
    }

    @Override
    public String inWords() {
        return handle instanceof Channel.Unsafe unsafe && unsafe.localAddress() != null
                ? "the input of a channel at " + unsafe.localAddress()
                : "the input of a channel";
    }

    @Override
    public @Nullable Site site() {
        return null;
    }
}
