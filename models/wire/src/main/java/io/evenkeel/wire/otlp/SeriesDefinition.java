package io.evenkeel.wire.otlp;

/**
 * What a series id stands for. Sent along with rows when the source has not lately sent it; the keyed side keeps it.
 *
 * @param series the 64-bit series id: XXH3 of metric name, unit, type and the point attributes in canonical order;
 *     resource and scope version are not part of it, so it survives deploys
 * @param metric metric name
 * @param unit UCUM unit as exported, empty when none
 * @param type see {@link PointType}
 * @param attributes point attributes in canonical form {@code k=v,k2=v2}, keys ascending
 */
public record SeriesDefinition(long series, String metric, String unit, byte type, String attributes) {}
