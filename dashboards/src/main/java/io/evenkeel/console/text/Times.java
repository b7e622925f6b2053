package io.evenkeel.console.text;

import java.time.Duration;
import java.time.Instant;
import java.time.ZoneId;
import java.time.ZonedDateTime;
import java.time.format.DateTimeFormatter;
import java.util.Locale;
import org.jspecify.annotations.Nullable;

/**
 * Times as the server's clock shows them, and ages counted from the database's "now" of this page. The browser adds the
 * reader's own clock.
 */
public final class Times {
    private static final DateTimeFormatter CLOCK = DateTimeFormatter.ofPattern("HH:mm:ss", Locale.ROOT);
    private static final DateTimeFormatter MINUTE = DateTimeFormatter.ofPattern("HH:mm", Locale.ROOT);
    private static final DateTimeFormatter DAY_CLOCK = DateTimeFormatter.ofPattern("d MMM HH:mm:ss", Locale.ENGLISH);
    private static final DateTimeFormatter YEAR_CLOCK =
            DateTimeFormatter.ofPattern("d MMM uuuu HH:mm:ss", Locale.ENGLISH);
    private static final DateTimeFormatter ZONE = DateTimeFormatter.ofPattern("z", Locale.ENGLISH);

    private final ZoneId zone;
    private final Instant now;

    public Times(ZoneId zone, Instant now) {
        this.zone = zone;
        this.now = now;
    }

    public Instant now() {
        return now;
    }

    public ZoneId zone() {
        return zone;
    }

    /** {@code UTC} or the short name of the zone as it is now, such as {@code CEST}. */
    public String zoneName() {
        String name = ZONE.format(now.atZone(zone));
        return name.equals("Z") ? "UTC" : name;
    }

    /**
     * {@code 14:02:10} today, {@code 20 Nov 14:02:10} on any other day of this year, else with the year; a dash when
     * there is none.
     */
    public String clock(@Nullable Instant time) {
        if (time == null) {
            return "–";
        }
        ZonedDateTime at = time.atZone(zone);
        ZonedDateTime here = now.atZone(zone);
        if (at.toLocalDate().equals(here.toLocalDate())) {
            return CLOCK.format(at);
        }
        return (at.getYear() == here.getYear() ? DAY_CLOCK : YEAR_CLOCK).format(at);
    }

    /** {@code 14:02}, for axes. */
    public String minute(Instant time) {
        return MINUTE.format(time.atZone(zone));
    }

    /** ISO text in UTC for {@code <time datetime>}; empty when there is none. */
    public String iso(@Nullable Instant time) {
        return time == null ? "" : time.toString();
    }

    /** How long ago, {@code 3 min 5 s}; never negative. */
    public String age(@Nullable Instant time) {
        return time == null ? "–" : Figures.span(Duration.between(time, now));
    }

    public long ageSeconds(Instant time) {
        return Math.max(0, Duration.between(time, now).toSeconds());
    }

    public String between(@Nullable Instant from, @Nullable Instant to) {
        return from == null || to == null ? "–" : Figures.span(Duration.between(from, to));
    }

    /** Time left until then as {@code 14:20}. */
    public String left(Instant until) {
        return Figures.countdown(Duration.between(now, until));
    }
}
