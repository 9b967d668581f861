package io.github.looprunner.loop;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;

/** The factories on the class path or module path, looked up once: that takes longer than opening a loop. */
final class LoopFactories {

    static final List<EventLoopFactory> ALL = List.copyOf(load());

    private LoopFactories() {}

    private static List<EventLoopFactory> load() {
        List<EventLoopFactory> factories = new ArrayList<>();
        Iterator<EventLoopFactory> providers = ServiceLoader.load(
                        EventLoopFactory.class, EventLoopFactory.class.getClassLoader())
                .iterator();
        while (true) {
            try {
                if (!providers.hasNext()) {
                    return factories;
                }
                factories.add(providers.next());
            } catch (ServiceConfigurationError | LinkageError broken) {
                factories.add(new BrokenLoopFactory(broken));
            }
        }
    }
}
