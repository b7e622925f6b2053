package io.evenkeel.console.app;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayDeque;
import java.util.ArrayList;
import java.util.List;
import java.util.Queue;
import org.junit.jupiter.api.Test;
import org.springframework.web.servlet.mvc.method.annotation.SseEmitter;

class LiveClientTest {
    private final RecordingEmitter emitter = new RecordingEmitter();
    private final Queue<Runnable> borrowed = new ArrayDeque<>();
    private final LiveClient client = new LiveClient(emitter, 5, borrowed::add);

    @Test
    void sendsInOrderOnBorrowedThreadsOnly() {
        client.send(message());
        client.send(message());
        assertThat(emitter.done).isEmpty();
        runBorrowed();
        assertThat(emitter.done).containsExactly("send", "send");
    }

    /**
     * Completing an emitter waits for the write that does not end. Done by the caller, which is the one reader of the
     * event table, a single stuck browser would stop the live updates of everybody.
     */
    @Test
    void aReaderThatTakesNothingIsCutOffWithoutHoldingItsCallerUp() {
        for (int i = 0; i <= LiveClient.MOST_WAITING; i++) {
            client.send(message());
        }
        assertThat(emitter.done).isEmpty();
        runBorrowed();
        assertThat(emitter.done).containsExactly("complete");
        client.send(message());
        assertThat(borrowed).isEmpty();
    }

    @Test
    void wantsItsIncidentAndWhatConcernsTheWholeHouse() {
        assertThat(client.wants(5)).isTrue();
        assertThat(client.wants(0)).isTrue();
        assertThat(client.wants(4)).isFalse();
        assertThat(new LiveClient(emitter, 0, borrowed::add).wants(4)).isTrue();
    }

    private static SseEmitter.SseEventBuilder message() {
        return SseEmitter.event().name("tick").data("{}");
    }

    private void runBorrowed() {
        while (!borrowed.isEmpty()) {
            borrowed.remove().run();
        }
    }

    private static final class RecordingEmitter extends SseEmitter {
        private final List<String> done = new ArrayList<>();

        @Override
        public void send(SseEventBuilder message) {
            done.add("send");
        }

        @Override
        public void complete() {
            done.add("complete");
        }
    }
}
