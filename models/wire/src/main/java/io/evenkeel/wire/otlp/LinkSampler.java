package io.evenkeel.wire.otlp;

/**
 * Which traces are kept for the call graph: all while they are few, then one in 2, 4, 8 … by the low bits of the trace
 * id. The levels are nested, so two walks at different levels still agree on the traces of the coarser one.
 */
final class LinkSampler {
    private static final int MAX_LEVEL = 20;

    private final int perSecond;
    private int level;
    private int second;
    private int kept;

    /**
     * @param perSecond links per second of processing time to stay near, ≥ 1
     */
    LinkSampler(int perSecond) {
        this.perSecond = perSecond;
    }

    void beginRecord(int nowSecond) {
        if (nowSecond == second) {
            return;
        }
        // One level down only when that would still leave room: no swinging between two levels.
        if (kept < perSecond / 4 && level > 0) {
            level--;
        }
        second = nowSecond;
        kept = 0;
    }

    boolean keeps(long traceLow) {
        if ((traceLow & (1L << level) - 1) != 0) {
            return false;
        }
        kept++;
        if (kept >= perSecond && level < MAX_LEVEL) {
            level++;
            kept = kept / 2;
        }
        return true;
    }
}
