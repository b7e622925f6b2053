package io.evenkeel.wire.otlp;

import java.util.ArrayList;
import java.util.EnumMap;
import java.util.List;
import java.util.Map;

/**
 * Cuts an Export*ServiceRequest into Kafka record values without decoding its items. Cuts lie between Resources where
 * they can; a Resource too big for one record is cut between scopes, then metrics, then single data points, spans or
 * log records, and every slice repeats the headers above the cut. Each slice is a complete request of at most the given
 * size; put together they hold every accepted item once, in its order. Pure.
 */
public final class OtlpSlicer {
    private final byte[] request;
    private final int maxBytes;
    private final ItemJudge judge;
    private final boolean anyFault;
    private final Map<ItemFault, Long> faults;
    private final List<byte[]> slices = new ArrayList<>();
    /** Upper bound of the bytes of the slice in hand, were it closed now. */
    private int used;

    private OtlpSlicer(byte[] request, int maxBytes, RequestCheck check) {
        this.request = request;
        this.maxBytes = maxBytes;
        this.judge = new ItemJudge(request);
        this.anyFault = check.faulty() > 0;
        this.faults = new EnumMap<>(ItemFault.class);
        faults.putAll(check.faults());
    }

    /**
     * @param request protobuf bytes as they came, whose secrets are overwritten in place; becomes the only slice,
     *     uncopied, when all of it fits
     * @param maxRecordBytes upper bound of one slice, for example 900 000
     * @throws MalformedRequestException when the bytes are no such request; nothing of it may be taken
     */
    public static SlicedRequest slice(OtlpSignal signal, byte[] request, int maxRecordBytes, SecretMask mask)
            throws MalformedRequestException {
        RequestCheck check = RequestCheck.of(signal, request, mask);
        if (check.items() == check.faulty()) {
            return new SlicedRequest(List.of(), 0, check.faults());
        }
        if (check.faulty() == 0 && request.length <= maxRecordBytes) {
            return new SlicedRequest(List.of(request), check.items(), Map.of());
        }
        OtlpSlicer slicer = new OtlpSlicer(request, maxRecordBytes, check);
        Frame root = new Frame(signal.request(), request);
        slicer.takeChildren(root, false);
        slicer.finishSlice(root);
        return slicer.result(check.items());
    }

    private SlicedRequest result(long items) {
        SlicedRequest rejected = new SlicedRequest(slices, 0, faults);
        return new SlicedRequest(slices, items - rejected.rejectedItems(), faults);
    }

    /** Takes every child that leads to items: whole where it fits, else piece by piece. */
    private void takeChildren(Frame frame, boolean noTemporality) throws MalformedRequestException {
        boolean noneBelow = noTemporality || judge.lacksTemporality(frame.shape, frame.from, frame.to);
        WireBytes reader = new WireBytes(request, frame.from, frame.to);
        while (reader.hasMore()) {
            int start = reader.position;
            int tag = reader.readTag();
            MessageShape child = frame.childOf(tag);
            if (child == null) {
                reader.skipValue(tag & 7);
                continue;
            }
            int length = reader.readLength();
            int from = reader.position;
            reader.position += length;
            if (child.isItem()) {
                takeItem(frame, child, start, from, reader.position, noneBelow);
            } else if (anyFault || !add(frame, start, reader.position)) {
                Frame group = new Frame(frame, child, tag, from, reader.position);
                takeChildren(group, noneBelow);
                group.close();
            }
        }
    }

    private void takeItem(Frame frame, MessageShape item, int start, int from, int to, boolean noTemporality)
            throws MalformedRequestException {
        boolean faulty = anyFault && judge.fault(item.item, from, to, noTemporality) != null;
        if (!faulty && !add(frame, start, to)) {
            faults.merge(ItemFault.TOO_LARGE, 1L, Long::sum);
        }
    }

    /**
     * Adds the field at [from, to) as it is to the frame, in the next slice where this one is full.
     *
     * @return false when it does not fit into any slice, or only behind headers that fill more than half of one:
     *     repeating those with every few items would write a multiple of what came
     */
    private boolean add(Frame frame, int from, int to) {
        int size = to - from;
        int headers = frame.cost(maxBytes, false);
        if (headers + size > maxBytes) {
            return false;
        }
        if (used + frame.cost(maxBytes, true) + size > maxBytes) {
            if (headers > maxBytes / 2 && frame.isCutHere()) {
                return false;
            }
            finishSlice(frame);
        }
        used += frame.cost(maxBytes, true) + size;
        frame.open();
        frame.body.raw(request, from, to);
        return true;
    }

    private void finishSlice(Frame innermost) {
        Frame frame = innermost;
        while (frame.parent != null) {
            frame.close();
            frame = frame.parent;
        }
        if (frame.isOpen()) {
            slices.add(frame.closeRoot());
        }
        used = 0;
    }
}
