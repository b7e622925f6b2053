package io.evenkeel.wire.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.Random;
import org.junit.jupiter.api.Test;

class SeriesCacheTest {
    /** A caller that sends a new series with every point may cost recomputation, never memory. */
    @Test
    void forgetsTheOldestWhenTooManyCome() {
        SeriesCache cache = new SeriesCache(1000);
        for (long key = 1; key <= 100_000; key++) {
            if (cache.find(key) < 0) {
                cache.put(key, key + 1, -key);
            }
        }
        int remembered = 0;
        for (long key = 1; key <= 100_000; key++) {
            int slot = cache.find(key);
            if (slot >= 0) {
                remembered++;
                assertThat(cache.seriesAt(slot)).isEqualTo(-key);
            }
        }
        assertThat(remembered).isBetween(1000, 2000);
    }

    @Test
    void keepsWhatIsAskedForWhileOthersComeAndGo() {
        SeriesCache cache = new SeriesCache(1000);
        Random random = new Random(3);
        cache.setDue(cache.put(42, 43, 4242), 77);
        for (int i = 0; i < 50_000; i++) {
            cache.put(random.nextLong(), random.nextLong(), i);
            int slot = cache.find(42);
            assertThat(cache.seriesAt(slot)).isEqualTo(4242);
            assertThat(cache.dueAt(slot)).isEqualTo(77);
        }
    }

    @Test
    void expectsBehindAnEntryTheOneThatCameBehindItBefore() {
        SeriesCache cache = new SeriesCache(1000);
        for (long key = 1; key <= 3; key++) {
            cache.put(key, 10 * key, -key);
        }
        cache.find(1);
        assertThat(cache.seriesAt(cache.findNext(20))).isEqualTo(-2);
        assertThat(cache.findNext(20)).as("it has been passed").isEqualTo(-1);
        int third = cache.find(3);
        cache.setExported(third, 31);
        cache.find(2);
        assertThat(cache.findNext(30)).as("it comes in other bytes now").isEqualTo(-1);
        assertThat(cache.findNext(31)).isEqualTo(third);
    }

    @Test
    void zeroIsAKeyLikeOthers() {
        SeriesCache cache = new SeriesCache(1000);
        assertThat(cache.find(0)).isEqualTo(-1);
        cache.put(0, 1, 5);
        assertThat(cache.seriesAt(cache.find(0))).isEqualTo(5);
    }
}
