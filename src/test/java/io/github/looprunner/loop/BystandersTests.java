package io.github.looprunner.loop;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Set;
import org.junit.jupiter.api.Test;

class BystandersTests {

    @Test
    void doNotIncludeTheThreadThatLooks() {
        Bystanders bystanders = new Bystanders();

        bystanders.mayAct(Set.of());

        String self = "thread \"" + Thread.currentThread().getName() + "\"";
        assertThat(bystanders.inWords()).noneMatch(line -> line.startsWith(self));
    }
}
