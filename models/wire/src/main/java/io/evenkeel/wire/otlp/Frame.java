package io.evenkeel.wire.otlp;

import org.jspecify.annotations.Nullable;

/**
 * A message that is being cut: its headers (all fields that do not lead to items) and what the slice in hand has of its
 * items. It opens in a slice only when an item comes, so no slice carries headers without content.
 */
final class Frame {
    final @Nullable Frame parent;
    final MessageShape shape;
    final int from;
    final int to;
    final WireSink body;

    private final byte[] request;
    private final int tag;
    private final WireSink headers;
    private boolean open;

    Frame(MessageShape requestShape, byte[] request) throws MalformedRequestException {
        this(null, requestShape, request, 0, 0, request.length);
    }

    Frame(Frame parent, MessageShape shape, int tag, int from, int to) throws MalformedRequestException {
        this(parent, shape, parent.request, tag, from, to);
    }

    private Frame(@Nullable Frame parent, MessageShape shape, byte[] request, int tag, int from, int to)
            throws MalformedRequestException {
        this.parent = parent;
        this.shape = shape;
        this.request = request;
        this.tag = tag;
        this.from = from;
        this.to = to;
        this.headers = new WireSink(0);
        this.body = new WireSink(0);
        readHeaders();
    }

    private void readHeaders() throws MalformedRequestException {
        WireBytes reader = new WireBytes(request, from, to);
        while (reader.hasMore()) {
            int start = reader.position;
            int fieldTag = reader.readTag();
            reader.skipValue(fieldTag & 7);
            if (childOf(fieldTag) == null) {
                headers.raw(request, start, reader.position);
            }
        }
    }

    /** The message below this tag if it is, or leads to, an item; else null: the field is a header. */
    @Nullable
    MessageShape childOf(int fieldTag) {
        FieldShape field = shape.field(fieldTag >>> 3);
        return field != null && field.leadsToItems() ? field.message : null;
    }

    /**
     * Bytes that the headers from the request down to here take in a slice, length prefixes at their largest.
     *
     * @param onlyClosed leave out frames that the slice in hand already has
     */
    int cost(int maxBytes, boolean onlyClosed) {
        int cost = 0;
        for (Frame frame = this; frame != null && !(onlyClosed && frame.open); frame = frame.parent) {
            cost += frame.headers.size();
            if (frame.parent != null) {
                cost += WireSink.varintSize(frame.tag) + WireSink.varintSize(maxBytes);
            }
        }
        return cost;
    }

    boolean isOpen() {
        return open;
    }

    /** True when a new slice would have to repeat the header of this frame or of one around it. */
    boolean isCutHere() {
        for (Frame frame = this; frame.parent != null; frame = frame.parent) {
            if (frame.open) {
                return true;
            }
        }
        return false;
    }

    void open() {
        if (open) {
            return;
        }
        if (parent != null) {
            parent.open();
        }
        body.reset();
        body.raw(headers);
        open = true;
    }

    /** Hands what the slice has of this message to its parent; nothing when it has nothing. */
    void close() {
        if (!open || parent == null) {
            return;
        }
        parent.body.varint(tag);
        parent.body.varint(body.size());
        parent.body.raw(body);
        open = false;
    }

    byte[] closeRoot() {
        open = false;
        return body.toByteArray();
    }
}
