package io.evenkeel.learning.baseline;

import java.io.ByteArrayInputStream;
import java.io.ByteArrayOutputStream;
import java.io.DataInput;
import java.io.DataInputStream;
import java.io.DataOutputStream;
import java.io.IOException;
import java.io.UncheckedIOException;
import java.nio.ByteBuffer;
import java.security.MessageDigest;
import java.security.NoSuchAlgorithmException;
import java.util.Arrays;
import java.util.Comparator;
import java.util.List;
import org.jspecify.annotations.Nullable;

/**
 * What history says of one signal: a row of a {@link BaselineBank} that was trained on it, frozen. A bank keeps it beside
 * what the row learns live and never mixes the two, so it does not matter which of them came first, nor how often the
 * same prior comes. Never changes; safe for every thread.
 *
 * <p>Packed, version 1: version (1 B), kind (1 B), bins (4 B), end of the history (8 B, ms), the nine cells of a row
 * (4 B each), folded quarters (4 B, 0 = no profile follows), and with a profile its 96 quarter means (4 B each, NaN where
 * none was learned). 54 or 438 B.
 */
public final class Prior {
    private static final byte VERSION = 1;

    final BaselineKind kind;
    final int bins;
    final float[] cells;
    /** {@code profile[quarter]}, quarter 0 = 00:00 civil time of the entity's zone; null for a compact row. */
    final float @Nullable [] profile;
    /** Quarters folded into the profile. */
    final int folded;

    private final long untilMillis;
    private final byte[] packed;
    private final long id;

    Prior(BaselineKind kind, int bins, long untilMillis, float[] cells, float @Nullable [] profile, int folded) {
        this.kind = kind;
        this.bins = bins;
        this.untilMillis = untilMillis;
        this.cells = cells;
        this.profile = profile;
        this.folded = profile == null ? 0 : folded;
        this.packed = pack();
        this.id = ByteBuffer.wrap(sha256(packed)).getLong();
    }

    /** Of the content: two runs over the same history give the same. */
    public long id() {
        return id;
    }

    public BaselineKind kind() {
        return kind;
    }

    /** Steps of history behind it, at least {@link BaselineBank#FIRST_BAND_BINS}. */
    public int bins() {
        return bins;
    }

    /** End of the history, ms since the epoch. */
    public long untilMillis() {
        return untilMillis;
    }

    /** Whether it tells what the time of day does: two full days are needed for that. */
    public boolean isSeasoned() {
        return folded >= 2 * DayProfile.QUARTERS;
    }

    /**
     * Mixes itself into what a row has learned by itself.
     *
     * @param row cells of a row, changed
     * @param rowBins steps the row has learned: of a level a hundred, of a spread two thousand take the prior's place
     * @param daysFaded what is left of its errors by the time of day, 0..1
     */
    void mixInto(float[] row, int rowBins, float daysFaded) {
        float faded = (float) Math.pow(1 - LearnedRows.STEADY_STEP, rowBins);
        float spreadFaded = (float) Math.pow(1 - LearnedRows.SPREAD_STEP, rowBins);
        mix(row, LearnedRows.SCATTER, faded);
        mix(row, LearnedRows.SLOW_LEVEL, spreadFaded);
        mix(row, LearnedRows.SPREAD, spreadFaded);
        if (kind == BaselineKind.RATIO) {
            mixRatio(row);
        } else {
            mix(row, LearnedRows.LEVEL, faded);
        }
        float quantum = cells[LearnedRows.QUANTUM];
        if (quantum > 0 && (row[LearnedRows.QUANTUM] == 0 || quantum < row[LearnedRows.QUANTUM])) {
            row[LearnedRows.QUANTUM] = quantum;
        }
        mix(row, LearnedRows.SEASON_ERROR, daysFaded);
        mix(row, LearnedRows.LEVEL_ERROR, daysFaded);
    }

    private void mix(float[] row, int cell, float share) {
        row[cell] += share * (cells[cell] - row[cell]);
    }

    /** Requests are pooled, the wide prior that both began with counted once; how many are remembered is bounded. */
    private void mixRatio(float[] row) {
        float live = row[LearnedRows.REQUESTS];
        float past = Math.min(cells[LearnedRows.REQUESTS], LearnedRows.MOST_REQUESTS - live);
        float added = past - LearnedRows.PRIOR_REQUESTS;
        if (added > 0) {
            float failed = row[LearnedRows.LEVEL] * live
                    + cells[LearnedRows.LEVEL] * past
                    - LearnedRows.PRIOR_RATIO * LearnedRows.PRIOR_REQUESTS;
            row[LearnedRows.REQUESTS] = live + added;
            row[LearnedRows.LEVEL] = Math.max(0, failed / row[LearnedRows.REQUESTS]);
        }
    }

    /**
     * One prior for several replicas of a service, whatever their order: means of what they have learned, each by its
     * steps, and a spread that covers their differences too.
     *
     * @param replicas of one kind, at least one
     */
    public static Prior pooled(List<Prior> replicas) {
        if (replicas.size() == 1) {
            return replicas.get(0);
        }
        // Sums of floating numbers depend on their order.
        List<Prior> parts =
                replicas.stream().sorted(Comparator.comparingLong(Prior::id)).toList();
        double[] sums = new double[LearnedRows.FLOATS];
        double all = 0;
        long until = Long.MIN_VALUE;
        for (Prior part : parts) {
            for (int cell = 0; cell < sums.length; cell++) {
                sums[cell] += (double) part.bins * part.cells[cell];
            }
            all += part.bins;
            until = Math.max(until, part.untilMillis);
        }
        float[] cells = new float[sums.length];
        for (int cell = 0; cell < sums.length; cell++) {
            cells[cell] = (float) (sums[cell] / all);
        }
        double apart = 0;
        float quantum = Float.MAX_VALUE;
        for (Prior part : parts) {
            apart += part.bins * Math.abs(part.cells[LearnedRows.SLOW_LEVEL] - cells[LearnedRows.SLOW_LEVEL]);
            float own = part.cells[LearnedRows.QUANTUM];
            quantum = own > 0 ? Math.min(quantum, own) : quantum;
        }
        cells[LearnedRows.SPREAD] += (float) (apart / all);
        cells[LearnedRows.QUANTUM] = quantum == Float.MAX_VALUE ? 0 : quantum;
        int bins = (int) Math.min(Integer.MAX_VALUE, all / parts.size());
        return new Prior(parts.get(0).kind, bins, until, cells, meanProfile(parts), mostFolded(parts));
    }

    private static int mostFolded(List<Prior> parts) {
        return parts.stream().mapToInt(part -> part.folded).max().orElse(0);
    }

    private static float @Nullable [] meanProfile(List<Prior> parts) {
        if (parts.stream().noneMatch(Prior::isSeasoned)) {
            return null;
        }
        float[] mean = new float[DayProfile.QUARTERS];
        for (int quarter = 0; quarter < mean.length; quarter++) {
            double sum = 0;
            int seen = 0;
            for (Prior part : parts) {
                float[] own = part.profile;
                if (part.isSeasoned() && own != null && !Float.isNaN(own[quarter])) {
                    sum += own[quarter];
                    seen++;
                }
            }
            mean[quarter] = seen == 0 ? Float.NaN : (float) (sum / seen);
        }
        return mean;
    }

    private byte[] pack() {
        ByteArrayOutputStream bytes = new ByteArrayOutputStream();
        try {
            DataOutputStream out = new DataOutputStream(bytes);
            out.writeByte(VERSION);
            out.writeByte(kind.ordinal());
            out.writeInt(bins);
            out.writeLong(untilMillis);
            for (float cell : cells) {
                out.writeFloat(cell);
            }
            out.writeInt(folded);
            if (profile != null) {
                for (float mean : profile) {
                    out.writeFloat(mean);
                }
            }
        } catch (IOException e) {
            throw new UncheckedIOException(e);
        }
        return bytes.toByteArray();
    }

    /** As {@link #unpack} reads it. */
    public byte[] packed() {
        return packed.clone();
    }

    /**
     * @throws IOException if the bytes are of a version that this release does not know, or no prior
     */
    public static Prior unpack(byte[] packed) throws IOException {
        DataInput in = new DataInputStream(new ByteArrayInputStream(packed));
        byte version = in.readByte();
        if (version != VERSION) {
            throw new IOException("a prior of version " + version + "; this release reads " + VERSION);
        }
        int ordinal = in.readByte();
        BaselineKind[] kinds = BaselineKind.values();
        if (ordinal < 0 || ordinal >= kinds.length) {
            throw new IOException("a prior of an unknown kind, " + ordinal);
        }
        int bins = in.readInt();
        long until = in.readLong();
        float[] cells = new float[LearnedRows.FLOATS];
        for (int cell = 0; cell < cells.length; cell++) {
            cells[cell] = in.readFloat();
            boolean mayBeUnknown = cell == LearnedRows.LAST;
            if (!Float.isFinite(cells[cell]) && !mayBeUnknown) {
                throw new IOException("a prior with " + cells[cell] + " where a number must be");
            }
        }
        int folded = in.readInt();
        float[] profile = null;
        if (folded > 0) {
            profile = new float[DayProfile.QUARTERS];
            for (int quarter = 0; quarter < profile.length; quarter++) {
                profile[quarter] = in.readFloat();
            }
        }
        if (bins < BaselineBank.FIRST_BAND_BINS) {
            throw new IOException("a prior of " + bins + " steps; it takes " + BaselineBank.FIRST_BAND_BINS);
        }
        return new Prior(kinds[ordinal], bins, until, cells, profile, folded);
    }

    private static byte[] sha256(byte[] bytes) {
        try {
            return MessageDigest.getInstance("SHA-256").digest(bytes);
        } catch (NoSuchAlgorithmException e) {
            throw new IllegalStateException("every Java has SHA-256", e);
        }
    }

    @Override
    public boolean equals(@Nullable Object other) {
        return other instanceof Prior prior && Arrays.equals(prior.packed, packed);
    }

    @Override
    public int hashCode() {
        return Long.hashCode(id);
    }

    @Override
    public String toString() {
        return "Prior[" + kind + ", bins=" + bins + ", level=" + cells[LearnedRows.LEVEL] + ", id="
                + Long.toHexString(id) + ']';
    }
}
