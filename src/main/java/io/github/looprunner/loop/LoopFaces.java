package io.github.looprunner.loop;

import java.util.ArrayList;
import java.util.Iterator;
import java.util.List;
import java.util.ServiceConfigurationError;
import java.util.ServiceLoader;
import org.jspecify.annotations.Nullable;

/** The faces on the class path or module path, looked up once. */
final class LoopFaces {

    private static final List<LoopFace> ALL = List.copyOf(load());

    private LoopFaces() {}

    static <T> @Nullable T of(EventLoop loop, Class<T> type) {
        for (LoopFace face : ALL) {
            T found = face.of(loop, type);
            if (found != null) {
                return found;
            }
        }
        return null;
    }

    private static List<LoopFace> load() {
        List<LoopFace> faces = new ArrayList<>();
        Iterator<LoopFace> providers = ServiceLoader.load(LoopFace.class, LoopFace.class.getClassLoader())
                .iterator();
        while (true) {
            try {
                if (!providers.hasNext()) {
                    return faces;
                }
                faces.add(providers.next());
            } catch (ServiceConfigurationError | LinkageError broken) {
                // then unwrap says that there is none
            }
        }
    }
}
