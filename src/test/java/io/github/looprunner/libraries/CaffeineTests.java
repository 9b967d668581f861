package io.github.looprunner.libraries;

import static java.util.concurrent.TimeUnit.HOURS;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.benmanes.caffeine.cache.AsyncLoadingCache;
import com.github.benmanes.caffeine.cache.Cache;
import com.github.benmanes.caffeine.cache.Caffeine;
import com.github.benmanes.caffeine.cache.LoadingCache;
import com.github.benmanes.caffeine.cache.Scheduler;
import io.github.looprunner.LoopRunner;
import java.io.IOException;
import java.time.Duration;
import java.util.concurrent.CompletableFuture;
import java.util.concurrent.atomic.AtomicInteger;
import org.junit.jupiter.api.AfterEach;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.Timeout;

@Timeout(30)
class CaffeineTests {

    private static final Duration HOUR = Duration.ofHours(1);

    private final LoopRunner runner = LoopRunner.builder().virtualTime().start();
    private final AtomicInteger loads = new AtomicInteger();

    @AfterEach
    void endsInnocent() {
        runner.close();
    }

    @Test
    void expiresAnHourAfterTheWrite() {
        Cache<String, String> cache = caffeine().expireAfterWrite(HOUR).build();
        cache.put("cat", "Garfield");

        runner.time().advanceBy(HOUR.minusNanos(1));
        assertThat(cache.getIfPresent("cat")).isEqualTo("Garfield");
        runner.time().advanceBy(Duration.ofNanos(1));
        assertThat(cache.getIfPresent("cat")).isNull();
        assertThat(runner.time().elapsed()).isEqualTo(HOUR);
    }

    @Test
    void expiresAnHourAfterTheLastRead() {
        Cache<String, String> cache = caffeine().expireAfterAccess(HOUR).build();
        cache.put("cat", "Garfield");

        for (int i = 0; i < 5; i++) {
            runner.time().advanceBy(Duration.ofMinutes(59));
            assertThat(cache.getIfPresent("cat")).isEqualTo("Garfield");
        }
        runner.time().advanceBy(HOUR);
        assertThat(cache.getIfPresent("cat")).isNull();
        assertThat(runner.time().elapsed()).isEqualTo(Duration.ofMinutes(5 * 59 + 60));
    }

    @Test
    void saysSoWhenAnEntryExpires() { // a little late: Caffeine's pacer is content with a second
        CompletableFuture<String> removed = runner.loop().newFuture();
        Cache<String, String> cache = caffeine()
                .scheduler(Scheduler.forScheduledExecutorService(runner.loop()))
                .expireAfterWrite(HOUR)
                .<String, String>removalListener((key, value, cause) -> removed.complete(value + " " + cause))
                .build();
        cache.put("cat", "Garfield");

        assertThat(runner.runCoroutine(removed)).isEqualTo("Garfield EXPIRED");
        assertThat(runner.time().elapsed()).isBetween(HOUR, HOUR.plusSeconds(2));
    }

    @Test
    void refreshesAfterAnHour() {
        LoadingCache<String, Integer> cache = caffeine().refreshAfterWrite(HOUR).build(key -> loads.incrementAndGet());

        assertThat(cache.get("cat")).isEqualTo(1);
        runner.time().advanceBy(HOUR.plusNanos(1));
        assertThat(cache.get("cat")).isEqualTo(1);
        runner.settle();
        assertThat(cache.get("cat")).isEqualTo(2);
        assertThat(runner.time().elapsed()).isEqualTo(HOUR.plusNanos(1));
    }

    @Test
    void loadsForAnHourAndKeepsItForAnother() {
        AsyncLoadingCache<String, Integer> cache = caffeine()
                .expireAfterWrite(HOUR)
                .buildAsync((key, executor) -> {
                    CompletableFuture<Integer> loaded = runner.loop().newFuture();
                    runner.loop().schedule(() -> loaded.complete(loads.incrementAndGet()), 1, HOURS);
                    return loaded;
                });

        assertThat(runner.runCoroutine(cache.get("cat"))).isEqualTo(1);
        runner.time().advanceBy(HOUR.minusNanos(1));
        assertThat(runner.runCoroutine(cache.get("cat"))).isEqualTo(1);
        runner.time().advanceBy(Duration.ofNanos(1));
        assertThat(runner.runCoroutine(cache.get("cat"))).isEqualTo(2);
        assertThat(runner.time().elapsed()).isEqualTo(HOUR.multipliedBy(3));
    }

    @Test
    void loadsAgainAfterAFailure() {
        AsyncLoadingCache<String, Integer> cache = caffeine()
                .expireAfterWrite(HOUR)
                .buildAsync(key -> {
                    if (loads.incrementAndGet() == 1) {
                        throw new IOException("boom");
                    }
                    return loads.get();
                });

        assertThatThrownBy(() -> runner.runCoroutine(cache.get("cat"))).isInstanceOf(IOException.class);
        runner.time().advanceBy(HOUR);
        assertThat(runner.runCoroutine(cache.get("cat"))).isEqualTo(2);
        assertThat(runner.time().elapsed()).isEqualTo(HOUR);
    }

    @Test
    void keepsAStaleEntryWhereTheRefreshFails() {
        LoadingCache<String, Integer> cache = caffeine().refreshAfterWrite(HOUR).build(key -> {
            if (loads.incrementAndGet() == 2) {
                throw new IOException("boom");
            }
            return loads.get();
        });

        assertThat(cache.get("cat")).isEqualTo(1);
        runner.time().advanceBy(HOUR.plusNanos(1));
        assertThat(cache.get("cat")).isEqualTo(1);
        runner.settle();
        assertThat(cache.get("cat")).isEqualTo(1);
        assertThat(loads).hasValueGreaterThanOrEqualTo(2);
        assertThat(runner.time().elapsed()).isEqualTo(HOUR.plusNanos(1));
    }

    private Caffeine<Object, Object> caffeine() {
        return Caffeine.newBuilder().ticker(runner.loop()::nanoTime).executor(runner.loop());
    }
}
