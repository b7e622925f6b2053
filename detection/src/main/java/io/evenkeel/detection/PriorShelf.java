package io.evenkeel.detection;

import io.evenkeel.learning.baseline.Prior;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.HashMap;
import java.util.Map;
import java.util.TreeMap;

/**
 * The priors that the signals of one book have taken, and those they have done with. Never changes; the packed state of
 * one Flink key beside its book. As long as no prior came there is none.
 *
 * @param taken by signal id without a slot: replicas share it
 * @param refused prior id by full signal id: a signal whose new level was accepted does not take up again what said
 *     otherwise, also not after a restart
 */
public record PriorShelf(Map<String, Prior> taken, Map<String, Long> refused) {
    public static final PriorShelf EMPTY = new PriorShelf(Map.of(), Map.of());
    private static final byte VERSION = 1;

    public PriorShelf {
        taken = Map.copyOf(taken);
        refused = Map.copyOf(refused);
    }

    PriorShelf with(Map<String, Prior> more) {
        Map<String, Prior> all = new HashMap<>(taken);
        all.putAll(more);
        return new PriorShelf(all, refused);
    }

    PriorShelf withoutFor(String fullId, long priorId) {
        Map<String, Long> all = new HashMap<>(refused);
        all.put(fullId, priorId);
        return new PriorShelf(taken, all);
    }

    boolean isRefusedBy(String fullId, Prior prior) {
        Long id = refused.get(fullId);
        return id != null && id == prior.id();
    }

    /** Writes it whole; {@link #read} gives an equal one back. The first byte is the version of the layout. */
    public void write(DataOutput out) throws IOException {
        out.writeByte(VERSION);
        out.writeInt(taken.size());
        for (Map.Entry<String, Prior> entry : new TreeMap<>(taken).entrySet()) {
            out.writeUTF(entry.getKey());
            byte[] packed = entry.getValue().packed();
            out.writeInt(packed.length);
            out.write(packed);
        }
        out.writeInt(refused.size());
        for (Map.Entry<String, Long> entry : new TreeMap<>(refused).entrySet()) {
            out.writeUTF(entry.getKey());
            out.writeLong(entry.getValue());
        }
    }

    /**
     * @throws IOException if the layout is of a version that this release does not know
     */
    public static PriorShelf read(DataInput in) throws IOException {
        byte version = in.readByte();
        if (version != VERSION) {
            throw new IOException("priors have layout version " + version + "; this release reads " + VERSION);
        }
        Map<String, Prior> taken = new HashMap<>();
        int size = in.readInt();
        for (int i = 0; i < size; i++) {
            String id = in.readUTF();
            byte[] packed = new byte[in.readInt()];
            in.readFully(packed);
            taken.put(id, Prior.unpack(packed));
        }
        Map<String, Long> refused = new HashMap<>();
        int refusals = in.readInt();
        for (int i = 0; i < refusals; i++) {
            refused.put(in.readUTF(), in.readLong());
        }
        return new PriorShelf(taken, refused);
    }
}
