package io.evenkeel.launcher.kafka;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.launcher.FreePorts;
import io.evenkeel.wire.event.Topics;
import java.nio.file.Path;
import java.util.List;
import java.util.Map;
import java.util.concurrent.TimeUnit;
import org.apache.kafka.clients.admin.Admin;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class EmbeddedBrokerTest {
    @TempDir
    Path home;

    @Test
    void makesEveryTopicOnceAndKeepsThemOverARestart() throws Exception {
        List<String> expected =
                Topics.layouts().stream().map(Topics.Layout::name).sorted().toList();
        for (int start = 0; start < 2; start++) {
            try (EmbeddedBroker broker = EmbeddedBroker.start(home, FreePorts.next(), FreePorts.next());
                    Admin admin = Admin.create(Map.of("bootstrap.servers", broker.bootstrap()))) {
                assertThat(admin.listTopics().names().get(30, TimeUnit.SECONDS)).containsAll(expected);
            }
        }
    }
}
