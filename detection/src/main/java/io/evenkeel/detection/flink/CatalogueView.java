package io.evenkeel.detection.flink;

import io.evenkeel.detection.Catalogue;
import io.evenkeel.wire.event.CatalogueConfig;
import io.evenkeel.wire.event.EventJson;
import io.evenkeel.wire.event.MalformedEventException;
import io.evenkeel.wire.event.Topics;
import io.evenkeel.wire.event.WatchList;
import java.nio.charset.StandardCharsets;
import java.util.List;
import org.apache.flink.api.common.state.BroadcastState;
import org.apache.flink.api.common.state.MapStateDescriptor;
import org.apache.flink.api.common.state.ReadOnlyBroadcastState;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.api.java.tuple.Tuple2;
import org.jspecify.annotations.Nullable;
import org.slf4j.Logger;
import org.slf4j.LoggerFactory;

/** The catalogue as one subtask sees it, from broadcast state; an unreadable version leaves the last good one. */
final class CatalogueView {
    static final MapStateDescriptor<String, String> CONFIG =
            new MapStateDescriptor<>("config", Types.STRING, Types.STRING);

    private static final Logger LOG = LoggerFactory.getLogger(CatalogueView.class);

    private @Nullable Catalogue catalogue;

    void take(Tuple2<String, byte[]> record, BroadcastState<String, String> state) throws Exception {
        if (record.f1.length == 0) {
            return;
        }
        try {
            read(record.f0, record.f1);
        } catch (MalformedEventException e) {
            LOG.warn(
                    "event=config_refused key={} reason=\"{}\" kept=\"last good version\" try=\"publish it again\"",
                    record.f0,
                    e.getMessage());
            return;
        }
        state.put(record.f0, new String(record.f1, StandardCharsets.UTF_8));
        catalogue = null;
    }

    Catalogue catalogue(ReadOnlyBroadcastState<String, String> state) throws Exception {
        Catalogue known = catalogue;
        if (known == null) {
            String metrics = state.get(Topics.CONFIG_CATALOGUE);
            String watch = state.get(Topics.CONFIG_WATCH);
            List<String> watched = watch == null
                    ? List.of()
                    : EventJson.read(utf8(watch), WatchList.class).signals();
            known = metrics == null
                    ? Catalogue.UNKNOWN
                    : Catalogue.of(
                            EventJson.read(utf8(metrics), CatalogueConfig.class).metrics(), watched);
            catalogue = known;
        }
        return known;
    }

    private static void read(String key, byte[] json) {
        if (key.equals(Topics.CONFIG_CATALOGUE)) {
            EventJson.read(json, CatalogueConfig.class);
        } else if (key.equals(Topics.CONFIG_WATCH)) {
            EventJson.read(json, WatchList.class);
        }
    }

    private static byte[] utf8(String text) {
        return text.getBytes(StandardCharsets.UTF_8);
    }
}
