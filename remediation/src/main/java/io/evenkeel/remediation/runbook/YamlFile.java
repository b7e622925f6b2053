package io.evenkeel.remediation.runbook;

import java.io.IOException;
import java.nio.ByteBuffer;
import java.nio.charset.CharacterCodingException;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.util.ArrayList;
import java.util.HashMap;
import java.util.LinkedHashMap;
import java.util.List;
import java.util.Map;
import java.util.Optional;
import org.jspecify.annotations.Nullable;
import org.snakeyaml.engine.v2.api.LoadSettings;
import org.snakeyaml.engine.v2.api.lowlevel.Compose;
import org.snakeyaml.engine.v2.api.lowlevel.Parse;
import org.snakeyaml.engine.v2.events.CollectionStartEvent;
import org.snakeyaml.engine.v2.events.Event;
import org.snakeyaml.engine.v2.exceptions.Mark;
import org.snakeyaml.engine.v2.exceptions.MarkedYamlEngineException;
import org.snakeyaml.engine.v2.exceptions.YamlEngineException;
import org.snakeyaml.engine.v2.nodes.MappingNode;
import org.snakeyaml.engine.v2.nodes.Node;
import org.snakeyaml.engine.v2.nodes.NodeTuple;
import org.snakeyaml.engine.v2.nodes.ScalarNode;
import org.snakeyaml.engine.v2.nodes.SequenceNode;
import org.snakeyaml.engine.v2.nodes.Tag;

/**
 * Reads one YAML document with the line of each value. Bounded: {@value #MAX_BYTES} bytes, {@value #MAX_DEPTH} levels,
 * {@value #MAX_ALIASES} aliases of collections, no tags of its own, no key twice. A file that people write by hand comes
 * nowhere near these; a file that does is refused with its line.
 */
public final class YamlFile {
    static final int MAX_BYTES = 256 * 1024;
    static final int MAX_DEPTH = 20;
    static final int MAX_ALIASES = 20;

    private YamlFile() {}

    /** Reads a file; what is wrong with it lands in {@code problems} and the answer is empty. */
    public static Optional<YamlNode> read(Path path, String shownAs, Problems problems) {
        byte[] bytes;
        try {
            if (Files.size(path) > MAX_BYTES) {
                problems.add(new Problem(
                        shownAs, 0, "the file is too large", "at most " + MAX_BYTES / 1024 + " kB", "split it"));
                return Optional.empty();
            }
            bytes = Files.readAllBytes(path);
        } catch (IOException e) {
            problems.add(new Problem(
                    shownAs,
                    0,
                    "cannot be read (" + e + ")",
                    "a readable file",
                    "check that it exists and its rights"));
            return Optional.empty();
        }
        String text;
        try {
            text = StandardCharsets.UTF_8
                    .newDecoder()
                    .decode(ByteBuffer.wrap(bytes))
                    .toString();
        } catch (CharacterCodingException e) {
            problems.add(new Problem(shownAs, 0, "is not UTF-8", "UTF-8 text", "save it as UTF-8"));
            return Optional.empty();
        }
        return parse(text, shownAs, problems);
    }

    /** Reads a text; what is wrong with it lands in {@code problems} and the answer is empty. */
    public static Optional<YamlNode> parse(String text, String shownAs, Problems problems) {
        LoadSettings settings = LoadSettings.builder()
                .setLabel(shownAs)
                .setUseMarks(true)
                .setAllowDuplicateKeys(false)
                .setMaxAliasesForCollections(MAX_ALIASES)
                .setCodePointLimit(MAX_BYTES)
                .build();
        int before = problems.size();
        try {
            if (tooDeep(settings, text, shownAs, problems)) {
                return Optional.empty();
            }
            Optional<Node> root = new Compose(settings).composeString(text);
            if (root.isEmpty()) {
                problems.add(new Problem(shownAs, 0, "the file is empty", "one YAML document", "write or remove it"));
                return Optional.empty();
            }
            YamlNode node = convert(root.get(), shownAs, problems);
            return problems.size() == before ? Optional.of(node) : Optional.empty();
        } catch (MarkedYamlEngineException e) {
            int line = e.getProblemMark().map(mark -> mark.getLine() + 1).orElse(0);
            problems.add(new Problem(
                    shownAs, line, "is not YAML: " + oneLine(e.getProblem()), "valid YAML", "check indent and quotes"));
            return Optional.empty();
        } catch (YamlEngineException e) {
            problems.add(
                    new Problem(shownAs, 0, "is not YAML: " + oneLine(e.getMessage()), "valid YAML", "check the file"));
            return Optional.empty();
        }
    }

    /** Counted on the event stream, which does not recurse, before anything that does. */
    private static boolean tooDeep(LoadSettings settings, String text, String file, Problems problems) {
        int depth = 0;
        for (Event event : new Parse(settings).parseString(text)) {
            if (event instanceof CollectionStartEvent && ++depth > MAX_DEPTH) {
                problems.add(new Problem(
                        file,
                        line(event.getStartMark().orElse(null)),
                        "is nested too deep",
                        "at most " + MAX_DEPTH + " levels",
                        "flatten it"));
                return true;
            }
            if (event.getEventId() == Event.ID.MappingEnd || event.getEventId() == Event.ID.SequenceEnd) {
                depth--;
            }
        }
        return false;
    }

    private static YamlNode convert(Node node, String file, Problems problems) {
        int line = line(node.getStartMark().orElse(null));
        if (node instanceof MappingNode mapping) {
            return convert(mapping, file, line, problems);
        }
        if (node instanceof SequenceNode sequence) {
            List<YamlNode> items = new ArrayList<>();
            for (Node item : sequence.getValue()) {
                items.add(convert(item, file, problems));
            }
            return new YamlNode.Sequence(file, line, items);
        }
        ScalarNode scalar = (ScalarNode) node;
        return new YamlNode.Scalar(file, line, value(scalar, file, line, problems), scalar.getValue());
    }

    private static YamlNode convert(MappingNode mapping, String file, int line, Problems problems) {
        Map<String, YamlNode> entries = new LinkedHashMap<>();
        Map<String, Integer> keyLines = new HashMap<>();
        for (NodeTuple tuple : mapping.getValue()) {
            int keyLine = line(tuple.getKeyNode().getStartMark().orElse(null));
            if (!(tuple.getKeyNode() instanceof ScalarNode key)) {
                problems.add(new Problem(file, keyLine, "a key is not plain text", "a word before ':'", "rename it"));
                continue;
            }
            if (entries.containsKey(key.getValue())) {
                problems.add(new Problem(
                        file, keyLine, "key '" + key.getValue() + "' is there twice", "each key once", "remove one"));
                continue;
            }
            entries.put(key.getValue(), convert(tuple.getValueNode(), file, problems));
            keyLines.put(key.getValue(), keyLine);
        }
        return new YamlNode.Mapping(file, line, entries, keyLines);
    }

    private static @Nullable Object value(ScalarNode scalar, String file, int line, Problems problems) {
        Tag tag = scalar.getTag();
        String text = scalar.getValue();
        if (tag.equals(Tag.NULL)) {
            return null;
        }
        if (tag.equals(Tag.BOOL)) {
            return Boolean.valueOf(text);
        }
        try {
            if (tag.equals(Tag.INT)) {
                return Long.valueOf(text);
            }
            if (tag.equals(Tag.FLOAT)) {
                return Double.valueOf(text.replace(".inf", "Infinity").replace(".nan", "NaN"));
            }
        } catch (NumberFormatException e) {
            problems.add(new Problem(
                    file, line, "number '" + text + "' is out of range", "a 64 bit number", "quote it if it is text"));
            return null;
        }
        // ${NAME} is given a tag of its own by the engine; to us it is text that the catalogue may expand.
        if (!tag.equals(Tag.STR) && !tag.equals(Tag.ENV_TAG)) {
            problems.add(
                    new Problem(file, line, "tag " + tag.getValue() + " is not allowed", "a plain value", "drop it"));
        }
        return text;
    }

    private static int line(@Nullable Mark mark) {
        return mark == null ? 0 : mark.getLine() + 1;
    }

    private static String oneLine(@Nullable String text) {
        return text == null ? "unreadable" : text.lines().findFirst().orElse("unreadable");
    }
}
