package io.evenkeel.wire.otlp;

import static org.assertj.core.api.Assertions.assertThat;

import java.util.ArrayList;
import java.util.Collections;
import java.util.List;
import java.util.Random;
import java.util.stream.LongStream;
import org.junit.jupiter.api.Test;

class SeriesCacheTest {
    private static final int NOW = 1_790_000_000;

    /** A caller that sends a new series with every point may cost recomputation, never memory. */
    @Test
    void forgetsTheOldestWhenTooManyCome() {
        SeriesCache cache = new SeriesCache(1000);
        for (long key = 1; key <= 100_000; key++) {
            if (cache.find(key, NOW) < 0) {
                cache.put(key, key + 1, -key);
            }
        }
        int remembered = 0;
        for (long key = 1; key <= 100_000; key++) {
            int slot = cache.find(key, NOW);
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
            int slot = cache.find(42, NOW);
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
        cache.find(1, NOW);
        assertThat(cache.seriesAt(cache.findNext(20))).isEqualTo(-2);
        assertThat(cache.findNext(20)).as("it has been passed").isEqualTo(-1);
        int third = cache.find(3, NOW);
        cache.setExported(third, 31);
        cache.find(2, NOW);
        assertThat(cache.findNext(30)).as("it comes in other bytes now").isEqualTo(-1);
        assertThat(cache.findNext(31)).isEqualTo(third);
    }

    @Test
    void someNewOnesDoNotHideWhereTheOthersAre() {
        SeriesCache cache = new SeriesCache(1000);
        for (long key = 1; key <= 20; key++) {
            cache.put(key, 10 * key, -key);
        }
        cache.find(1, NOW);
        cache.put(100, 1000, -100);
        cache.put(101, 1010, -101);
        assertThat(cache.seriesAt(cache.findNext(50))).as("three have ended").isEqualTo(-5);
        assertThat(cache.seriesAt(cache.find(100, NOW))).isEqualTo(-100);
        assertThat(cache.seriesAt(cache.findNext(60))).isEqualTo(-6);
        assertThat(cache.findNext(120)).as("too far off to be looked at").isEqualTo(-1);
    }

    /** Each export replaces one series in five hundred; who looked each of them up in the table would look up every one. */
    @Test
    void staysInTheOrderOfTheExportsWhileSeriesComeAndGo() {
        SeriesCache cache = new SeriesCache(1_000_000);
        long[] exports = new long[2_000];
        long next = 1;
        for (int i = 0; i < exports.length; i++) {
            exports[i] = next++;
        }
        Random random = new Random(5);
        long expected = 0;
        int rounds = 1_000;
        for (int round = 0; round < rounds; round++) {
            for (int i = 0; i < exports.length; i++) {
                if (random.nextInt(500) == 0) {
                    exports[i] = next++;
                }
                long key = exports[i];
                int entry = cache.findNext(~key);
                if (entry >= 0) {
                    expected++;
                } else {
                    entry = cache.find(key, NOW);
                }
                assertThat(entry < 0 ? cache.seriesAt(cache.put(key, ~key, -key)) : cache.seriesAt(entry))
                        .isEqualTo(-key);
            }
        }
        assertThat(expected).isGreaterThan((long) (0.9 * rounds * exports.length));
    }

    /** What comes once a minute must not be defined anew each time because all else comes in another order each time. */
    @Test
    void keepsWhatComesSeldomWhilePuttingTheOthersInOrder() {
        SeriesCache cache = new SeriesCache(1_000_000);
        List<Long> often = new ArrayList<>(LongStream.range(1, 2_000).boxed().toList());
        Random random = new Random(6);
        int missed = 0;
        for (int export = 0; export < 600; export++) {
            int now = NOW + 10 * export;
            Collections.shuffle(often, random);
            for (long key : often) {
                missed += look(cache, key, now);
            }
            for (long key = 10_000; export % 30 == 0 && key < 10_200; key++) {
                missed += look(cache, key, now);
            }
        }
        assertThat(missed).as("each once").isEqualTo(1_999 + 200);
    }

    private static int look(SeriesCache cache, long key, int now) {
        int entry = cache.findNext(~key);
        if (entry < 0) {
            entry = cache.find(key, now);
        }
        boolean missed = entry < 0;
        if (missed) {
            entry = cache.put(key, ~key, -key);
        }
        if (cache.dueAt(entry) <= now) {
            cache.setDue(entry, now + 600);
        }
        assertThat(cache.seriesAt(entry)).isEqualTo(-key);
        return missed ? 1 : 0;
    }

    @Test
    void zeroIsAKeyLikeOthers() {
        SeriesCache cache = new SeriesCache(1000);
        assertThat(cache.find(0, NOW)).isEqualTo(-1);
        cache.put(0, 1, 5);
        assertThat(cache.seriesAt(cache.find(0, NOW))).isEqualTo(5);
    }
}
