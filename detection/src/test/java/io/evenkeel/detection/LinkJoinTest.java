package io.evenkeel.detection;

import static org.assertj.core.api.Assertions.assertThat;

import io.evenkeel.wire.otlp.SpanRows.Link;
import org.junit.jupiter.api.Test;

class LinkJoinTest {
    private final LinkJoin join = new LinkJoin();

    private static Link client(long span) {
        return new Link(1, span, false, "127.0.0.1:9484", "http", 0);
    }

    private static Link server(long span) {
        return new Link(1, span, true, "", "http", 0);
    }

    @Test
    void joinsBothEndsInEitherOrder() {
        PeerIdentity expected = new PeerIdentity("d/s/a", "127.0.0.1:9484", "d/s/b");

        assertThat(join.take("d/s/a", client(1), 0)).isNull();
        assertThat(join.take("d/s/b", server(1), 0)).isEqualTo(expected);
        assertThat(join.take("d/s/b", server(2), 70_000)).isNull();
        assertThat(join.take("d/s/a", client(2), 70_000)).isEqualTo(expected);
    }

    @Test
    void tellsTheSameThingOnceAMinute() {
        join.take("d/s/a", client(1), 0);
        join.take("d/s/b", server(1), 0);
        join.take("d/s/a", client(2), 1_000);

        assertThat(join.take("d/s/b", server(2), 1_000)).isNull();
    }

    @Test
    void remembersABoundedNumberOfEnds() {
        for (long span = 1; span <= LinkJoin.MOST + 10; span++) {
            join.take("d/s/a", client(span), 0);
        }

        assertThat(join.take("d/s/b", server(5), 0)).isNull();
        assertThat(join.take("d/s/b", server(LinkJoin.MOST), 0)).isNotNull();
    }
}
