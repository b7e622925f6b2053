package io.evenkeel.benchmarks.series;

import static java.nio.charset.StandardCharsets.UTF_8;
import static org.assertj.core.api.Assertions.assertThat;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import java.io.IOException;
import java.io.OutputStream;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.List;
import java.util.zip.GZIPOutputStream;
import org.junit.jupiter.api.Test;
import org.junit.jupiter.api.io.TempDir;

class LabelledSeriesTest {
    @TempDir
    Path directory;

    @Test
    void loadsAFolderByNamePackedFilesToo() throws IOException {
        Files.writeString(directory.resolve("mscmd__b__1.csv"), "t,v,l\n0,1.5,0\n60,-2e3,1\n120,0,0\n");
        try (OutputStream packed = new GZIPOutputStream(Files.newOutputStream(directory.resolve("donut__a.csv.gz")))) {
            packed.write("t,v,l\n0,1,0\n300,2,0\n".getBytes(UTF_8));
        }
        Files.writeString(directory.resolve("index.csv"), "file,source\nmscmd__b__1.csv,mscmd\n");
        Files.writeString(directory.resolve("notes.txt"), "t,v,l\n");

        List<LabelledSeries> all = LabelledSeries.load(directory);

        assertThat(all).extracting(LabelledSeries::name).containsExactly("donut__a", "mscmd__b__1");
        LabelledSeries series = all.get(1);
        assertThat(series.length()).isEqualTo(3);
        assertThat(series.epochSecond(1)).isEqualTo(60);
        assertThat(series.value(1)).isEqualTo(-2000);
        assertThat(series.isLabelled(1)).isTrue();
        assertThat(series.isLabelled(2)).isFalse();
        assertThat(series.stepSeconds()).isEqualTo(60);
    }

    @Test
    void readsDomainAndSourceFromTheName() {
        assertThat(series("mscmd__data-ingress-rate__ingress-03").domain()).isEqualTo("data-ingress-rate");
        assertThat(series("donut__cpu4").domain()).isEqualTo("cdn-server");
        assertThat(series("nab__realTweets__Twitter_volume_CRM").domain()).isEqualTo("realTweets");
        assertThat(series("donut__cpu4").source()).isEqualTo(LabelledSeries.Source.OPS);
        assertThat(series("nab__realTweets__x").source()).isEqualTo(LabelledSeries.Source.NAB_REAL);
        assertThat(series("nab__artificialNoAnomaly__x").source()).isEqualTo(LabelledSeries.Source.NAB_ARTIFICIAL);
    }

    private static LabelledSeries series(String name) {
        return TestSeries.of(name, 60, 10);
    }

    @Test
    void namesFileAndLineOfWhatIsNoPoint() throws IOException {
        Files.writeString(directory.resolve("a.csv"), "t,v,l\n0,1,0\n60,,0\n");

        assertThatThrownBy(() -> LabelledSeries.load(directory))
                .isInstanceOf(IOException.class)
                .hasMessageContaining("a.csv, line 3");
    }

    @Test
    void refusesTimeThatFalls() {
        assertThatThrownBy(() -> new LabelledSeries("a", new long[] {60, 0}, new double[2], new boolean[2]))
                .hasMessageContaining("time falls at point 1");
    }
}
