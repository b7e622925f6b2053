package io.evenkeel.detection;

import io.evenkeel.wire.otlp.PointType;
import io.evenkeel.wire.otlp.SeriesDefinition;
import java.util.HashMap;
import java.util.Map;

/**
 * With which unit and type each metric's name first came to an entity. The same name with others is another metric
 * (opentelemetry-proto metrics.proto, "Metric": name, unit, type and temporality identify it), so its signals are called
 * differently. Follows from the order of the definitions; not part of the state.
 */
final class MetricShapes {
    private record Shape(String unit, byte type) {
        static Shape of(SeriesDefinition definition) {
            return new Shape(definition.unit(), definition.type());
        }
    }

    private final Map<String, Shape> first = new HashMap<>();

    /** @return true when the name is already that of another metric */
    boolean add(String metric, String unit, byte type) {
        Shape shape = new Shape(unit, type);
        Shape known = first.putIfAbsent(metric, shape);
        return known != null && !known.equals(shape);
    }

    /** The metric's name; of all but the first of its name with what tells it apart, such as {@code queue.wait (ms)}. */
    String nameOf(SeriesDefinition definition) {
        Shape known = first.get(definition.metric());
        Shape shape = Shape.of(definition);
        if (known == null || known.equals(shape)) {
            return definition.metric();
        }
        String unit = known.unit.equals(shape.unit) ? "" : shape.unit.isEmpty() ? "no unit" : shape.unit;
        String type = known.type == shape.type ? "" : typeOf(shape.type);
        return definition.metric() + " (" + unit + (unit.isEmpty() || type.isEmpty() ? "" : ", ") + type + ')';
    }

    /** Both shapes in words: {@code gauge in s and delta sum in ms}. */
    String conflict(SeriesDefinition definition) {
        Shape shape = Shape.of(definition);
        return words(first.getOrDefault(definition.metric(), shape)) + " and " + words(shape);
    }

    private static String words(Shape shape) {
        return typeOf(shape.type) + (shape.unit.isEmpty() ? " without a unit" : " in " + shape.unit);
    }

    private static String typeOf(byte type) {
        return switch (type) {
            case PointType.GAUGE -> "gauge";
            case PointType.UP_DOWN -> "up-down counter";
            case PointType.COUNTER_CUMULATIVE -> "cumulative sum";
            case PointType.COUNTER_DELTA -> "delta sum";
            case PointType.HISTOGRAM_CUMULATIVE -> "cumulative histogram";
            default -> "delta histogram";
        };
    }
}
