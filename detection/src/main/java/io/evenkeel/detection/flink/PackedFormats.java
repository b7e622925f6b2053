package io.evenkeel.detection.flink;

import io.evenkeel.detection.Bytes;
import io.evenkeel.detection.EntityBook;
import io.evenkeel.detection.Heartbeat;
import io.evenkeel.detection.PresenceBook;
import io.evenkeel.detection.PriorShelf;
import io.evenkeel.detection.ServiceBook;
import io.evenkeel.wire.otlp.EntityRows;
import io.evenkeel.wire.otlp.SpanRows;
import java.io.DataInput;
import java.io.DataOutput;
import java.io.IOException;
import java.util.List;
import java.util.Objects;
import java.util.function.Consumer;
import java.util.function.UnaryOperator;

/**
 * The formats of everything that crosses an exchange of the job or stands in its state. Rows and events are copied by
 * reference: nobody changes one after it was sent on. Books are {@link Stored}.
 */
final class PackedFormats {
    static final PackedFormat<EntityRows> ENTITY_ROWS = new PackedFormat<>(
            "entity-rows", EntityRows.class, Bytes::write, Bytes::readEntityRows, UnaryOperator.identity());
    static final PackedFormat<SpanRows> SPAN_ROWS = new PackedFormat<>(
            "span-rows", SpanRows.class, Bytes::write, Bytes::readSpanRows, UnaryOperator.identity());
    static final PackedFormat<Heartbeat> HEARTBEAT = new PackedFormat<>(
            "heartbeat", Heartbeat.class, Bytes::write, Bytes::readHeartbeat, UnaryOperator.identity());
    static final PackedFormat<Outgoing> OUTGOING =
            new PackedFormat<>("outgoing", Outgoing.class, Outgoing::write, Outgoing::read, UnaryOperator.identity());
    static final PackedFormat<ServiceInput> SERVICE_INPUT = new PackedFormat<>(
            "service-input", ServiceInput.class, ServiceInput::write, ServiceInput::read, UnaryOperator.identity());
    static final PackedFormat<LinkEnd> LINK_END = new PackedFormat<>(
            "link-end",
            LinkEnd.class,
            (out, end) -> {
                out.writeUTF(end.service());
                Bytes.write(out, end.link());
            },
            in -> new LinkEnd(in.readUTF(), Bytes.readLink(in)),
            UnaryOperator.identity());
    static final PackedFormat<Decoded> DECODED = new PackedFormat<>(
            "decoded", Decoded.class, PackedFormats::write, PackedFormats::readDecoded, UnaryOperator.identity());
    static final PackedFormat<Stored<EntityBook>> ENTITY_BOOK =
            stored("entity-book", (out, book) -> book.write(out), EntityBook::read, EntityBook::copy, EntityBook::rest);
    static final PackedFormat<Stored<ServiceBook>> SERVICE_BOOK =
            stored("service-book", (out, book) -> book.write(out), ServiceBook::read, ServiceBook::copy, book -> {});
    static final PackedFormat<Stored<PresenceBook>> PRESENCE_BOOK =
            stored("presence-book", (out, book) -> book.write(out), PresenceBook::read, PresenceBook::copy, book -> {});

    static final PackedFormat<PriorShelf> PRIOR_SHELF = new PackedFormat<>(
            "prior-shelf",
            PriorShelf.class,
            (out, shelf) -> shelf.write(out),
            PriorShelf::read,
            UnaryOperator.identity());

    private static final List<PackedFormat<?>> ALL = List.of(
            ENTITY_ROWS,
            SPAN_ROWS,
            HEARTBEAT,
            OUTGOING,
            SERVICE_INPUT,
            LINK_END,
            DECODED,
            ENTITY_BOOK,
            SERVICE_BOOK,
            PRESENCE_BOOK,
            PRIOR_SHELF);

    private PackedFormats() {}

    @SuppressWarnings("unchecked")
    private static <B> PackedFormat<Stored<B>> stored(
            String name,
            PackedFormat.Writer<B> writer,
            PackedFormat.Reader<B> reader,
            UnaryOperator<B> fit,
            Consumer<B> rest) {
        return new PackedFormat<>(
                name,
                (Class<Stored<B>>) (Class<?>) Stored.class,
                (out, stored) -> stored.write(out, writer),
                in -> new Stored<>(reader.read(in)),
                stored -> stored.goOn(writer, fit, rest));
    }

    /**
     * @throws IllegalArgumentException if no format has that name: the snapshot is of another product or a newer release
     */
    static PackedFormat<?> named(String name) {
        return ALL.stream()
                .filter(format -> format.name().equals(name))
                .findFirst()
                .orElseThrow(() -> new IllegalArgumentException("no packed format is called " + name));
    }

    private static void write(DataOutput out, Decoded decoded) throws IOException {
        if (decoded.metrics() != null) {
            out.writeByte(0);
            Bytes.write(out, decoded.metrics());
        } else if (decoded.spans() != null) {
            out.writeByte(1);
            Bytes.write(out, decoded.spans());
        } else if (decoded.logs() != null) {
            out.writeByte(3);
            Bytes.write(out, decoded.logs());
        } else {
            out.writeByte(2);
            Outgoing.write(out, Objects.requireNonNull(decoded.dead()));
        }
    }

    private static Decoded readDecoded(DataInput in) throws IOException {
        return switch (in.readByte()) {
            case 0 -> Decoded.of(Bytes.readEntityRows(in));
            case 1 -> Decoded.of(Bytes.readSpanRows(in));
            case 3 -> Decoded.of(Bytes.readLogRows(in));
            default -> Decoded.of(Outgoing.read(in));
        };
    }
}
