package io.evenkeel.console.live;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.List;
import java.util.TreeMap;
import org.junit.jupiter.api.Test;

class LiveTailTest {
    private final FakeLog log = new FakeLog();

    @Test
    void tellsEachRowOnceInOrder() {
        log.show(1, 2);
        LiveTail tail = new LiveTail(log, 0);
        log.show(3, 4);
        assertThat(seqs(tail.next(100))).containsExactly(3L, 4L);
        assertThat(tail.next(200)).isEmpty();
    }

    /** The transaction that took 10 commits after the one that took 11: 10 must not be lost. */
    @Test
    void tellsARowThatBecameVisibleLate() {
        log.show(9);
        LiveTail tail = new LiveTail(log, 0);
        log.show(11);
        assertThat(seqs(tail.next(100))).containsExactly(11L);
        log.show(10);
        assertThat(seqs(tail.next(300))).containsExactly(10L);
        assertThat(tail.next(400)).isEmpty();
    }

    @Test
    void tellsARowThatWasStillToBeCommittedAtTheStart() {
        log.show(8, 10);
        LiveTail tail = new LiveTail(log, 0);
        log.show(9);
        assertThat(seqs(tail.next(100))).containsExactly(9L);
    }

    /** A number that was rolled back never comes; waiting for it for ever would make each look longer. */
    @Test
    void givesAGapUpAfterItsPatience() {
        log.show(9);
        LiveTail tail = new LiveTail(log, 0);
        log.show(11);
        tail.next(100);
        tail.next(100 + LiveTail.GAP_PATIENCE_MILLIS + 1);
        assertThat(tail.floor()).isEqualTo(11);
    }

    @Test
    void aFloodAboveAGapGoesThrough() {
        log.show(1);
        LiveTail tail = new LiveTail(log, 0);
        List<Long> told = new ArrayList<>();
        for (long seq = 3; seq < 2003; seq++) {
            log.show(seq);
        }
        for (int look = 0; look < 20; look++) {
            told.addAll(seqs(tail.next(look)));
        }
        assertThat(told).hasSize(2000).doesNotHaveDuplicates();
    }

    private static List<Long> seqs(List<LiveEvent> events) {
        return events.stream().map(LiveEvent::seq).toList();
    }

    private static final class FakeLog implements LiveLog {
        private final TreeMap<Long, LiveEvent> rows = new TreeMap<>();

        void show(long... seqs) {
            for (long seq : seqs) {
                rows.put(seq, new LiveEvent(seq, "incident", 1, ""));
            }
        }

        @Override
        public List<LiveEvent> after(long seq, int limit) {
            return rows.tailMap(seq, false).values().stream().limit(limit).toList();
        }

        @Override
        public long newest() {
            return rows.isEmpty() ? 0 : rows.lastKey();
        }
    }
}
