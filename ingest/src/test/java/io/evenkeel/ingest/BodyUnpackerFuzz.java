package io.evenkeel.ingest;

import static org.assertj.core.api.Assertions.assertThat;

import com.github.luben.zstd.Zstd;
import io.evenkeel.ingest.ByteBudget.Claim;
import io.evenkeel.ingest.Verdict.Accepted;
import io.evenkeel.ingest.Verdict.Refused;
import io.evenkeel.wire.otlp.OtlpSignal;
import io.evenkeel.wire.otlp.SecretMask;
import java.nio.ByteBuffer;
import java.util.Arrays;
import java.util.List;
import java.util.Set;

/**
 * Any bytes as a body, plain, gzip and zstd, over HTTP and in a gRPC frame, in one piece and in two: an answer, at most
 * as many bytes as the limit says, never more claimed than the budget has, and nothing kept; and what was packed comes
 * back as it was. {@code benchmarks/fuzz unpack} looks for bytes that break this, {@link FuzzCorpusTest} goes through
 * those that were of interest.
 */
public final class BodyUnpackerFuzz {
    private static final int LIMIT = 1 << 20;
    private static final long BUDGET = 4L << 20;
    private static final Set<Refusal> DESERVED =
            Set.of(Refusal.CORRUPT_COMPRESSION, Refusal.MALFORMED, Refusal.TOO_LARGE, Refusal.TOO_BUSY);

    private static final Admission ADMISSION =
            new Admission(LIMIT, 900_000, null, SecretMask.standard(), System::nanoTime);
    private static final BodyUnpacker UNPACKER = new BodyUnpacker(LIMIT, ADMISSION);
    private static final ByteBudget BYTES = new ByteBudget(BUDGET);

    private BodyUnpackerFuzz() {}

    /** @throws AssertionError when a promise is broken */
    public static void fuzzerTestOneInput(byte[] body) {
        for (Compression compression : Compression.values()) {
            byte[] http = answer(compression, false, List.of(body));
            int cut = body.length / 2;
            byte[] inPieces = answer(
                    compression, false, List.of(Arrays.copyOf(body, cut), Arrays.copyOfRange(body, cut, body.length)));
            assertThat(inPieces).as("%s in two pieces", compression).isEqualTo(http);
            assertThat(answer(compression, true, List.of(framed(body, 1))))
                    .as("%s in a frame", compression)
                    .isEqualTo(compression == Compression.NONE ? null : http);
            answer(compression, true, List.of(body));
        }
        assertThat(answer(Compression.GZIP, false, List.of(TestObjects.gzip(body))))
                .isEqualTo(body);
        assertThat(answer(Compression.ZSTD, false, List.of(Zstd.compress(body))))
                .isEqualTo(body);
        assertThat(answer(Compression.GZIP, true, List.of(framed(body, 0)))).isEqualTo(body);
    }

    /** What came out, null when it was refused. */
    private static byte[] answer(Compression compression, boolean grpc, List<byte[]> pieces) {
        Entrance entrance = new Entrance(OtlpSignal.METRICS, BodyFormat.PROTOBUF, grpc, compression, Sender.ANYONE);
        Claim claim = BYTES.claim();
        try {
            Verdict<byte[]> verdict = UNPACKER.unpack(entrance, pieces, claim);
            if (verdict instanceof Refused<byte[]> refused) {
                assertThat(refused.reason()).isIn(DESERVED);
                return null;
            }
            byte[] unpacked = ((Accepted<byte[]>) verdict).value();
            assertThat(unpacked.length).isLessThanOrEqualTo(LIMIT);
            return unpacked;
        } finally {
            assertThat(BYTES.taken()).isLessThanOrEqualTo(BUDGET);
            claim.release();
            assertThat(BYTES.taken()).isZero();
        }
    }

    private static byte[] framed(byte[] message, int flag) {
        return ByteBuffer.allocate(BodyUnpacker.GRPC_PREFIX_BYTES + message.length)
                .put((byte) flag)
                .putInt(message.length)
                .put(message)
                .array();
    }
}
