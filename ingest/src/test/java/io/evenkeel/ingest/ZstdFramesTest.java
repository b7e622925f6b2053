package io.evenkeel.ingest;

import static org.assertj.core.api.Assertions.assertThatCode;
import static org.assertj.core.api.Assertions.assertThatThrownBy;

import com.github.luben.zstd.Zstd;
import com.github.luben.zstd.ZstdOutputStreamNoFinalizer;
import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.EOFException;
import java.io.IOException;
import java.util.Arrays;
import java.util.HexFormat;
import java.util.Random;
import java.util.zip.ZipException;
import net.jqwik.api.ForAll;
import net.jqwik.api.Property;
import net.jqwik.api.constraints.IntRange;
import org.junit.jupiter.api.Test;

class ZstdFramesTest {
    /** Of every size class of the content size, with a checksum and without, incompressible and not. */
    @Property(tries = 200)
    void whatZstdWrites_isAFrame_andIsNoneWithoutItsLastByte(
            @ForAll @IntRange(max = 400_000) int size, @ForAll boolean random, @ForAll boolean checksum)
            throws Exception {
        byte[] plain = new byte[size];
        if (random) {
            new Random(size).nextBytes(plain);
        }
        ByteArrayOutputStream packed = new ByteArrayOutputStream();
        try (ZstdOutputStreamNoFinalizer zstd = new ZstdOutputStreamNoFinalizer(packed)) {
            zstd.setChecksum(checksum);
            zstd.write(plain);
        }
        byte[] whole = Zstd.compress(plain);

        check(packed.toByteArray());
        check(whole);
        assertThatThrownBy(() -> check(Arrays.copyOf(whole, whole.length - 1))).isInstanceOf(EOFException.class);
    }

    @Test
    void framesMayFollowEachOther_alsoSkippableOnes() {
        byte[] frame = Zstd.compress(new byte[100]);
        byte[] skippable = HexFormat.of().parseHex("5f2a4d1803000000aabbcc");

        assertThatCode(() -> check(joined(frame, skippable, frame))).doesNotThrowAnyException();
    }

    /** The decoder would take the formats of zstd 0.5 to 0.7, too, at the beginning and behind a good frame. */
    @Test
    void framesOfOldFormats_areNone() {
        byte[] old = HexFormat.of().parseHex("25b52ffd00000000");

        assertThatThrownBy(() -> check(old)).isInstanceOf(ZipException.class);
        assertThatThrownBy(() -> check(joined(Zstd.compress(new byte[100]), old)))
                .isInstanceOf(ZipException.class)
                .hasMessage("not a zstd frame");
    }

    private static void check(byte[] body) throws IOException {
        ZstdFrames.check(new ByteArrayInputStream(body));
    }

    private static byte[] joined(byte[]... parts) {
        ByteArrayOutputStream all = new ByteArrayOutputStream();
        for (byte[] part : parts) {
            all.writeBytes(part);
        }
        return all.toByteArray();
    }
}
