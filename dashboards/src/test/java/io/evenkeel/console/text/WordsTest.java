package io.evenkeel.console.text;

import static org.assertj.core.api.Assertions.assertThat;

import java.io.IOException;
import java.io.Reader;
import java.nio.charset.StandardCharsets;
import java.nio.file.Files;
import java.nio.file.Path;
import java.text.MessageFormat;
import java.util.Locale;
import java.util.Properties;
import java.util.Set;
import java.util.TreeSet;
import java.util.regex.Matcher;
import java.util.regex.Pattern;
import java.util.stream.Stream;
import org.junit.jupiter.api.Test;

class WordsTest {
    private static final Path RESOURCES = Path.of("src/main/resources");
    private static final Pattern WHOLE_KEY =
            Pattern.compile("\\b(?:say|sayOr)\\(\\s*['\"]([a-z][A-Za-z0-9_.]*[A-Za-z0-9_])['\"]\\s*[,)]");
    private static final Pattern KEY_BEGIN =
            Pattern.compile("\\b(?:say|sayOr)\\(\\s*['\"]([a-z][A-Za-z0-9_.]*\\.)['\"]");

    /** A key that no file knows is an error page at 3 a.m. */
    @Test
    void everyKeyThatPagesUseIsThere() throws IOException {
        Properties words = load("console-messages.properties");
        Set<String> missing = new TreeSet<>();
        for (String source : sources()) {
            Matcher key = WHOLE_KEY.matcher(source);
            while (key.find()) {
                if (!words.containsKey(key.group(1))) {
                    missing.add(key.group(1));
                }
            }
            Matcher begin = KEY_BEGIN.matcher(source);
            while (begin.find()) {
                String prefix = begin.group(1);
                if (words.stringPropertyNames().stream().noneMatch(name -> name.startsWith(prefix))) {
                    missing.add(prefix + "*");
                }
            }
        }
        assertThat(missing).isEmpty();
    }

    @Test
    void everyEnumHasItsWord() throws IOException {
        Properties words = load("console-messages.properties");
        Set<String> keys = new TreeSet<>();
        add(keys, "execution.", io.evenkeel.domain.remedy.ExecutionState.values());
        add(keys, "step.", io.evenkeel.domain.remedy.StepState.values());
        add(keys, "risk.", io.evenkeel.domain.remedy.Risk.values());
        add(keys, "state.", io.evenkeel.domain.incident.IncidentState.values());
        add(keys, "severity.", io.evenkeel.domain.incident.Severity.values());
        add(keys, "role.", io.evenkeel.domain.incident.MemberRole.values());
        add(keys, "ending.", io.evenkeel.domain.finding.FindingEnding.values());
        add(keys, "viewer.", io.evenkeel.console.remedy.Viewer.Role.values());
        for (var cause : io.evenkeel.domain.incident.CauseKind.values()) {
            keys.add("cause." + cause.word());
        }
        for (var level : io.evenkeel.domain.remedy.TrustLevel.values()) {
            keys.add("trust." + level.name().toLowerCase(Locale.ROOT));
        }
        assertThat(words.stringPropertyNames()).containsAll(keys);
    }

    /** A translation may leave keys out, never add one or use another number of figures. */
    @Test
    void koreanSaysNothingThatEnglishDoesNot() throws IOException {
        Properties english = load("console-messages.properties");
        Properties korean = load("console-messages_ko.properties");
        assertThat(english.stringPropertyNames()).containsAll(korean.stringPropertyNames());
        for (String key : korean.stringPropertyNames()) {
            assertThat(new MessageFormat(korean.getProperty(key)).getFormatsByArgumentIndex().length)
                    .as(key)
                    .isLessThanOrEqualTo(
                            new MessageFormat(english.getProperty(key)).getFormatsByArgumentIndex().length);
        }
    }

    /** In a MessageFormat a straight apostrophe swallows the figures after it. */
    @Test
    void noWordHoldsAStraightApostrophe() throws IOException {
        for (String file : new String[] {"console-messages.properties", "console-messages_ko.properties"}) {
            assertThat(load(file).values()).noneMatch(word -> word.toString().contains("'"));
        }
    }

    @Test
    void countsInWords() {
        Words words = Words.of(Locale.ENGLISH);
        assertThat(words.say("now.incidents", 1)).isEqualTo("1 incident");
        assertThat(words.say("now.incidents", 2)).isEqualTo("2 incidents");
        assertThat(words.say("record.worked", 9, 9)).isEqualTo("worked 9 of 9 times here");
    }

    private static void add(Set<String> keys, String prefix, Enum<?>[] values) {
        for (Enum<?> value : values) {
            keys.add(prefix + value.name());
        }
    }

    private static Properties load(String file) throws IOException {
        Properties words = new Properties();
        try (Reader reader = Files.newBufferedReader(RESOURCES.resolve(file), StandardCharsets.UTF_8)) {
            words.load(reader);
        }
        return words;
    }

    private static Iterable<String> sources() throws IOException {
        try (Stream<Path> files =
                Stream.concat(Files.walk(Path.of("src/main/java")), Files.walk(RESOURCES.resolve("templates")))) {
            return files.filter(Files::isRegularFile)
                    .map(file -> {
                        try {
                            return Files.readString(file);
                        } catch (IOException e) {
                            throw new java.io.UncheckedIOException(e);
                        }
                    })
                    .toList();
        }
    }
}
