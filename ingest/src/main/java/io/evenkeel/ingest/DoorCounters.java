package io.evenkeel.ingest;

import io.evenkeel.wire.otlp.ItemFault;
import io.evenkeel.wire.otlp.OtlpSignal;
import java.util.EnumMap;
import java.util.Map;
import java.util.Objects;
import java.util.concurrent.atomic.LongAdder;
import java.util.stream.Collectors;

/**
 * What went through the door since it opened. Laws, exact whenever no request is in flight:
 *
 * <ul>
 *   <li>requests received = accepted + refused (all reasons) + in flight
 *   <li>items that came in accepted requests = items accepted + items rejected (all faults)
 *   <li>accepted = durable: every record of an accepted request was acknowledged by Kafka
 * </ul>
 *
 * Safe for any thread.
 */
public final class DoorCounters {
    private final LongAdder received = new LongAdder();
    private final LongAdder finished = new LongAdder();
    private final LongAdder accepted = new LongAdder();
    private final Map<Refusal, LongAdder> refused = adders(Refusal.class);
    private final Map<OtlpSignal, LongAdder> itemsAccepted = adders(OtlpSignal.class);
    private final Map<OtlpSignal, Map<ItemFault, LongAdder>> itemsRejected = new EnumMap<>(OtlpSignal.class);
    private final LongAdder bytesReceived = new LongAdder();
    private final LongAdder bytesWritten = new LongAdder();
    private final LongAdder recordsWritten = new LongAdder();
    private final LongAdder logFailures = new LongAdder();

    public DoorCounters() {
        for (OtlpSignal signal : OtlpSignal.values()) {
            itemsRejected.put(signal, adders(ItemFault.class));
        }
    }

    public void requestReceived() {
        received.increment();
    }

    /** Counts bytes of a body as they arrived, compressed or not. */
    public void bodyReceived(long bytes) {
        bytesReceived.add(bytes);
    }

    public void requestAccepted(OtlpSignal signal, long items, Map<ItemFault, Long> faults) {
        accepted.increment();
        of(itemsAccepted, signal).add(items);
        Map<ItemFault, LongAdder> rejected = Objects.requireNonNull(itemsRejected.get(signal));
        faults.forEach((fault, count) -> of(rejected, fault).add(count));
        finished.increment();
    }

    public void requestRefused(Refusal reason) {
        of(refused, reason).increment();
        finished.increment();
    }

    /** Counts one record value that Kafka acknowledged, before its compression. */
    public void recordWritten(int bytes) {
        recordsWritten.increment();
        bytesWritten.add(bytes);
    }

    /** A request's records were not all acknowledged. */
    public void logFailed() {
        logFailures.increment();
    }

    public DoorSnapshot snapshot() {
        long done = finished.sum();
        return new DoorSnapshot(
                received.sum(),
                accepted.sum(),
                sums(refused),
                Math.max(0, received.sum() - done),
                items(),
                bytesReceived.sum(),
                recordsWritten.sum(),
                bytesWritten.sum(),
                logFailures.sum());
    }

    private Map<OtlpSignal, DoorSnapshot.Items> items() {
        Map<OtlpSignal, DoorSnapshot.Items> items = new EnumMap<>(OtlpSignal.class);
        itemsRejected.forEach((signal, rejected) -> items.put(
                signal, new DoorSnapshot.Items(of(itemsAccepted, signal).sum(), sums(rejected))));
        return items;
    }

    private static <E extends Enum<E>> Map<E, LongAdder> adders(Class<E> type) {
        Map<E, LongAdder> adders = new EnumMap<>(type);
        for (E constant : type.getEnumConstants()) {
            adders.put(constant, new LongAdder());
        }
        return adders;
    }

    private static <E extends Enum<E>> LongAdder of(Map<E, LongAdder> adders, E key) {
        return Objects.requireNonNull(adders.get(key));
    }

    private static <E extends Enum<E>> Map<E, Long> sums(Map<E, LongAdder> adders) {
        return adders.entrySet().stream()
                .filter(entry -> entry.getValue().sum() > 0)
                .collect(Collectors.toMap(
                        Map.Entry::getKey, entry -> entry.getValue().sum()));
    }
}
