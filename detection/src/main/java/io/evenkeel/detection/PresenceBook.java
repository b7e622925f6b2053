package io.evenkeel.detection;

import io.evenkeel.domain.finding.Finding;
import io.evenkeel.domain.finding.FindingEnding;
import io.evenkeel.domain.telemetry.ServiceKey;
import io.evenkeel.domain.telemetry.SignalKey;
import io.evenkeel.domain.telemetry.SignalKind;
import io.evenkeel.domain.topology.Change;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.HashMap;
import java.util.Iterator;
import java.util.Map;
import java.util.TreeMap;
import org.jspecify.annotations.Nullable;

/**
 * Who is alive, by processing time: notes processes and services that fall silent while others still report, says once
 * when everything has (then the job is blind, not a hundred services dead), and tells version changes. One per job.
 *
 * <p>A process whose place another of the same service takes was replaced, not lost: a deploy or a scale-up makes no
 * finding as long as the successor shows up before 2.5 intervals of silence.
 */
public final class PresenceBook {
    /** Silence that counts, in the process's own export intervals. */
    private static final double SILENT_INTERVALS = 2.5;
    /** A successor may begin this long before its predecessor falls silent: a rolling deploy starts the new one first. */
    private static final long OVERLAP_MILLIS = 90_000;
    /** "Others still report" within this, or one and a half of the shortest export interval. */
    private static final long OTHERS_MILLIS = 15_000;
    /** All silent for this long, or {@link #SILENT_INTERVALS} of the shortest export interval, is blindness. */
    private static final long BLIND_MILLIS = 30_000;
    /**
     * The same where nothing but spans is known: no traffic is no silence, and tail sampling holds all of them back when
     * its Collector begins, half a minute by default (tail_sampling processor, decision_wait).
     */
    private static final long BLIND_SPANS_MILLIS = 120_000;
    /** A silence this long is the new level: scaled down, or given up. */
    private static final long ACCEPT_MILLIS = 600_000;

    /** Processes watched at one time; instance ids that change with every request must not fill the memory. */
    static final int MOST_PROCESSES = 20_000;

    /** Blindness is a fact about the telemetry, not about any one service. */
    static final String OWN_NAMESPACE = "_evenkeel";

    private static final byte VERSION = 1;

    private static final class Process {
        String service = "";
        String slot = "";
        Map<String, String> facts = Map.of();
        long firstSeen;
        long lastSeen;
        long clock;
        int interval;
        /** Whether it already stands for one that fell silent. */
        boolean replaces;

        @Nullable
        Silence silence;
    }

    private final Map<String, Process> processes = new TreeMap<>();
    /** Version now being rolled out, and those before it, per service. */
    private final Map<String, String> versions = new HashMap<>();

    private final Map<String, String> before = new HashMap<>();
    private @Nullable Silence blind;
    private long lastHeard;
    /** Silence is counted from here at the earliest: the job itself was away before. */
    private long awakeSince;

    private long epoch;

    /** Where presence's results go. */
    public interface Output {
        void finding(Finding finding);

        void change(Change change);
    }

    /** Starts or restarts the watch: nobody is silent for the time the job itself was away. */
    public void wake(long jobEpoch, long nowMillis) {
        epoch = jobEpoch;
        awakeSince = nowMillis;
        lastHeard = nowMillis;
    }

    public void heard(Heartbeat beat, long nowMillis, Output out) {
        lastHeard = nowMillis;
        if (blind != null) {
            close(blindKey(), Map.of(), blind, FindingEnding.RETURNED, nowMillis, out);
            blind = null;
            awakeSince = nowMillis;
        }
        String id = beat.service() + '\n' + beat.instance();
        Process process = processes.get(id);
        if (process == null && processes.size() >= MOST_PROCESSES) {
            return;
        }
        if (process == null) {
            process = new Process();
            process.service = beat.service();
            process.firstSeen = nowMillis;
            processes.put(id, process);
            noteVersion(beat, nowMillis, out);
            succeed(process, nowMillis, out);
        }
        if (!beat.slot().isEmpty()) {
            process.slot = beat.slot();
            process.interval = beat.intervalMillis();
            process.facts = beat.facts();
        }
        process.clock = Math.max(process.clock, beat.clockMillis());
        process.lastSeen = nowMillis;
        if (process.silence != null) {
            close(key(process), process.facts, process.silence, FindingEnding.RETURNED, nowMillis, out);
            process.silence = null;
        }
    }

    /** A new process closes the finding about one of its service that fell silent, and takes its place. */
    private void succeed(Process process, long nowMillis, Output out) {
        for (Iterator<Process> each = processes.values().iterator(); each.hasNext(); ) {
            Process lost = each.next();
            Silence silence = lost.silence;
            if (silence != null && lost.service.equals(process.service)) {
                close(key(lost), lost.facts, silence, FindingEnding.RETURNED, nowMillis, out);
                process.replaces = true;
                each.remove();
                return;
            }
        }
    }

    private void noteVersion(Heartbeat beat, long nowMillis, Output out) {
        String version = beat.facts().getOrDefault("service.version", "");
        if (version.isEmpty()) {
            return;
        }
        String known = versions.put(beat.service(), version);
        if (known == null || known.equals(version)) {
            return;
        }
        boolean back = version.equals(before.put(beat.service(), known));
        long began = beat.startMillis() > nowMillis - ACCEPT_MILLIS ? beat.startMillis() : nowMillis;
        out.change(VersionChange.of(ServiceKey.parse(beat.service()), known, version, began, back));
    }

    /** Looks who has fallen silent. */
    public void tick(long nowMillis, Output out) {
        if (processes.isEmpty()) {
            return;
        }
        int shortest = shortestInterval();
        if (nowMillis - lastHeard > Math.max(blindAfter(), SILENT_INTERVALS * shortest)) {
            if (blind == null) {
                blind = new Silence(newestClock(), nowMillis);
            }
            send(blindKey(), Map.of(), blind, nowMillis, out);
            return;
        }
        boolean others = nowMillis - lastHeard <= Math.max(OTHERS_MILLIS, 1.5 * shortest);
        for (Iterator<Map.Entry<String, Process>> each = processes.entrySet().iterator(); each.hasNext(); ) {
            Process process = each.next().getValue();
            long silent = nowMillis - Math.max(process.lastSeen, awakeSince);
            if (process.interval == 0) {
                // Known from spans only: no traffic is no silence. Forgotten in time.
                if (silent > ACCEPT_MILLIS) {
                    each.remove();
                }
                continue;
            }
            if (silent <= SILENT_INTERVALS * process.interval || !others) {
                continue;
            }
            if (process.silence == null && hasSuccessor(process)) {
                each.remove();
                continue;
            }
            if (process.silence == null) {
                process.silence = new Silence(process.clock, nowMillis);
                process.silence.ofService = !hasLiveSibling(process, nowMillis);
            }
            if (silent > ACCEPT_MILLIS) {
                close(
                        key(process),
                        process.facts,
                        process.silence,
                        FindingEnding.ACCEPTED_AS_NEW_LEVEL,
                        nowMillis,
                        out);
                each.remove();
                continue;
            }
            send(key(process), process.facts, process.silence, nowMillis, out);
        }
    }

    private long blindAfter() {
        return processes.values().stream().anyMatch(process -> process.interval > 0)
                ? BLIND_MILLIS
                : BLIND_SPANS_MILLIS;
    }

    private int shortestInterval() {
        return processes.values().stream()
                .mapToInt(process -> process.interval)
                .filter(interval -> interval > 0)
                .min()
                .orElse(EntityBook.BIN_MILLIS);
    }

    /** The first of those that began about when it fell silent: a later one is the successor of the next to go. */
    private boolean hasSuccessor(Process gone) {
        Process successor = null;
        for (Process other : processes.values()) {
            boolean mayReplace = other != gone
                    && other.service.equals(gone.service)
                    && !other.replaces
                    && other.firstSeen > gone.lastSeen - OVERLAP_MILLIS
                    && other.firstSeen > gone.firstSeen
                    && other.lastSeen > gone.lastSeen;
            if (mayReplace && (successor == null || other.firstSeen < successor.firstSeen)) {
                successor = other;
            }
        }
        if (successor != null) {
            successor.replaces = true;
        }
        return successor != null;
    }

    private boolean hasLiveSibling(Process gone, long nowMillis) {
        for (Process other : processes.values()) {
            if (other != gone
                    && other.service.equals(gone.service)
                    && other.interval > 0
                    && nowMillis - other.lastSeen <= SILENT_INTERVALS * other.interval) {
                return true;
            }
        }
        return false;
    }

    private SignalKey key(Process process) {
        boolean ofService = process.silence != null && process.silence.ofService;
        return new SignalKey(
                ServiceKey.parse(process.service),
                SignalKind.PRESENCE,
                null,
                "",
                ofService ? "" : process.slot,
                "presence",
                "");
    }

    private SignalKey blindKey() {
        String environment = processes.isEmpty()
                ? ServiceKey.DEFAULT_ENVIRONMENT
                : ServiceKey.parse(processes.values().iterator().next().service).environment();
        ServiceKey own = new ServiceKey(environment, OWN_NAMESPACE, "telemetry");
        return new SignalKey(own, SignalKind.PRESENCE, null, "", "", "presence", "");
    }

    private long newestClock() {
        return processes.values().stream()
                .mapToLong(process -> process.clock)
                .max()
                .orElse(0);
    }

    private void send(SignalKey key, Map<String, String> facts, Silence silence, long nowMillis, Output out) {
        if (silence.isDue(nowMillis)) {
            out.finding(silence.note(key, facts, null, nowMillis, epoch));
        }
    }

    private void close(
            SignalKey key,
            Map<String, String> facts,
            Silence silence,
            FindingEnding ending,
            long nowMillis,
            Output out) {
        out.finding(silence.note(key, facts, ending, nowMillis, epoch));
    }

    /** A book of its own with the same content. */
    public PresenceBook copy() {
        PresenceBook copy = new PresenceBook();
        processes.forEach((id, process) -> copy.processes.put(id, copyOf(process)));
        copy.versions.putAll(versions);
        copy.before.putAll(before);
        copy.blind = blind == null ? null : blind.copy();
        copy.lastHeard = lastHeard;
        copy.awakeSince = awakeSince;
        copy.epoch = epoch;
        return copy;
    }

    private static Process copyOf(Process process) {
        Process copy = new Process();
        copy.service = process.service;
        copy.slot = process.slot;
        copy.facts = process.facts;
        copy.firstSeen = process.firstSeen;
        copy.lastSeen = process.lastSeen;
        copy.clock = process.clock;
        copy.interval = process.interval;
        copy.replaces = process.replaces;
        copy.silence = process.silence == null ? null : process.silence.copy();
        return copy;
    }

    /** Writes the whole book; {@link #read} gives an equal one back. The first byte is the version of the layout. */
    public void write(DataOutput out) throws IOException {
        out.writeByte(VERSION);
        out.writeInt(processes.size());
        for (Map.Entry<String, Process> entry : processes.entrySet()) {
            Process process = entry.getValue();
            out.writeUTF(entry.getKey());
            out.writeUTF(process.service);
            out.writeUTF(process.slot);
            Bytes.writeMap(out, process.facts);
            out.writeLong(process.firstSeen);
            out.writeLong(process.lastSeen);
            out.writeLong(process.clock);
            out.writeInt(process.interval);
            out.writeBoolean(process.replaces);
            Silence.write(out, process.silence);
        }
        Bytes.writeMap(out, versions);
        Bytes.writeMap(out, before);
        Silence.write(out, blind);
        out.writeLong(lastHeard);
    }

    /**
     * @throws IOException if the layout is of a version that this release does not know
     */
    public static PresenceBook read(DataInput in) throws IOException {
        byte version = in.readByte();
        if (version != VERSION) {
            throw new IOException("presence state has layout version " + version + "; this release reads " + VERSION);
        }
        PresenceBook book = new PresenceBook();
        int size = in.readInt();
        for (int i = 0; i < size; i++) {
            Process process = new Process();
            book.processes.put(in.readUTF(), process);
            process.service = in.readUTF();
            process.slot = in.readUTF();
            process.facts = Bytes.readMap(in);
            process.firstSeen = in.readLong();
            process.lastSeen = in.readLong();
            process.clock = in.readLong();
            process.interval = in.readInt();
            process.replaces = in.readBoolean();
            process.silence = Silence.read(in);
        }
        book.versions.putAll(Bytes.readMap(in));
        book.before.putAll(Bytes.readMap(in));
        book.blind = Silence.read(in);
        book.lastHeard = in.readLong();
        return book;
    }
}
