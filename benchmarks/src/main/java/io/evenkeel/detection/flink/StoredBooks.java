package io.evenkeel.detection.flink;

import io.evenkeel.detection.EntityBook;
import java.util.function.Consumer;
import org.apache.flink.api.common.functions.OpenContext;
import org.apache.flink.api.common.state.ValueState;
import org.apache.flink.api.common.state.ValueStateDescriptor;
import org.apache.flink.api.common.typeinfo.Types;
import org.apache.flink.runtime.state.hashmap.HashMapStateBackend;
import org.apache.flink.state.api.OperatorIdentifier;
import org.apache.flink.state.api.SavepointReader;
import org.apache.flink.state.api.functions.KeyedStateReaderFunction;
import org.apache.flink.streaming.api.environment.StreamExecutionEnvironment;
import org.apache.flink.util.CloseableIterator;
import org.apache.flink.util.Collector;

/** Reads what a stopped job knew back from its savepoint; beside the formats it needs, which nobody else may see. */
public final class StoredBooks {
    private StoredBooks() {}

    /** Gives every entity's book to {@code out}. */
    public static void read(String savepoint, Consumer<EntityBook> out) throws Exception {
        StreamExecutionEnvironment environment = StreamExecutionEnvironment.createLocalEnvironment(1);
        environment.getConfig().enableObjectReuse();
        SavepointReader reader = SavepointReader.read(environment, savepoint, new HashMapStateBackend());
        try (CloseableIterator<Stored<EntityBook>> books = reader.readKeyedState(
                        OperatorIdentifier.forUid("entities"),
                        new Books(),
                        Types.STRING,
                        new PackedTypeInformation<>(PackedFormats.ENTITY_BOOK))
                .executeAndCollect()) {
            books.forEachRemaining(stored -> out.accept(stored.book()));
        }
    }

    private static final class Books extends KeyedStateReaderFunction<String, Stored<EntityBook>> {
        private static final long serialVersionUID = 1L;
        private transient ValueState<Stored<EntityBook>> state;

        @Override
        public void open(OpenContext context) {
            state = getRuntimeContext()
                    .getState(new ValueStateDescriptor<>(
                            "entity-book", new PackedTypeInformation<>(PackedFormats.ENTITY_BOOK)));
        }

        @Override
        public void readKey(String key, Context context, Collector<Stored<EntityBook>> out) throws Exception {
            out.collect(state.value());
        }
    }
}
