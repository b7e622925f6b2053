package io.evenkeel.learning.calibration;

import com.google.protobuf.InvalidProtocolBufferException;
import io.evenkeel.domain.incident.CauseKind;
import java.time.Instant;
import java.time.ZoneOffset;
import java.util.Collection;
import java.util.Comparator;
import java.util.EnumSet;
import java.util.List;
import java.util.Map;
import java.util.Objects;
import java.util.Set;
import java.util.TreeMap;
import java.util.function.Function;
import java.util.logging.Level;
import java.util.logging.Logger;
import java.util.stream.Collectors;
import org.jspecify.annotations.Nullable;
import org.tribuo.Model;
import org.tribuo.MutableDataset;
import org.tribuo.classification.Label;
import org.tribuo.classification.LabelFactory;
import org.tribuo.classification.sgd.linear.LinearSGDTrainer;
import org.tribuo.classification.sgd.objectives.LogMulticlass;
import org.tribuo.common.sgd.AbstractSGDTrainer;
import org.tribuo.impl.ArrayExample;
import org.tribuo.math.optimisers.AdaGrad;
import org.tribuo.protos.core.ModelProto;
import org.tribuo.provenance.SimpleDataSourceProvenance;

/**
 * Turns a raw confidence into the share of such cases that were right, per cause kind, once at least
 * {@value #ENOUGH} outcomes of that kind are known; before, it gives the raw one back and says so. Platt scaling (Platt
 * 1999, "Probabilistic outputs for support vector machines"): a logistic curve over the log-odds of the raw confidence,
 * fitted by Tribuo's seeded linear SGD, two pseudo-outcomes per kind as Platt's priors. Never inverts: where outcomes say
 * that higher raw confidences were right less often, the kind's base rate is given for all.
 *
 * <p>Immutable, safe for many threads. The model keeps Tribuo's provenance (data, trainer, seed) inside its bytes.
 */
public final class Calibrator {
    /** Outcomes of a kind from which on its confidence counts as calibrated (ARCHITECTURE.md 3, "Cause vocabulary"). */
    public static final int ENOUGH = 30;

    private static final String RIGHT = "right";
    private static final String WRONG = "wrong";
    private static final long SEED = 20261121;

    /** Enough for the loss to settle on some hundreds of outcomes; a fit of 300 takes well under 0.1 s. */
    private static final int EPOCHS = 200;

    private static final double LEARNING_RATE = 0.3;

    /** Raw confidences are kept this far from 0 and 1, so that log-odds stay finite: at most 4.6. */
    private static final double MARGIN = 0.01;

    /** Tribuo tells each fit at INFO, which is nothing that an operator acts on; held so that the setting is not lost. */
    private static final Logger TRAINER_LOG = Logger.getLogger(AbstractSGDTrainer.class.getName());

    static {
        TRAINER_LOG.setLevel(Level.WARNING);
    }

    private final @Nullable Model<Label> model;

    private Calibrator(@Nullable Model<Label> model) {
        this.model = model;
    }

    /**
     * @param probability chance of being right, 0..1
     * @param calibrated false when it is the raw confidence
     */
    public record Confidence(double probability, boolean calibrated) {}

    /** Knows no outcomes: everything is uncalibrated. */
    public static Calibrator none() {
        return new Calibrator(null);
    }

    /** Fits all kinds that have enough outcomes; the order of the outcomes makes no difference. */
    public static Calibrator fit(Collection<LabelledOutcome> outcomes) {
        Map<String, LabelledOutcome> once = new TreeMap<>();
        outcomes.forEach(outcome -> once.put(outcome.id(), outcome));
        Map<CauseKind, List<LabelledOutcome>> byKind = once.values().stream()
                .collect(Collectors.groupingBy(LabelledOutcome::cause, TreeMap::new, Collectors.toList()));
        byKind.values().removeIf(ofKind -> ofKind.size() < ENOUGH);
        if (byKind.isEmpty()) {
            return none();
        }
        List<LabelledOutcome> used =
                byKind.values().stream().flatMap(List::stream).toList();
        Calibrator fitted = new Calibrator(train(used, EnumSet.noneOf(CauseKind.class)));
        Set<CauseKind> inverted = EnumSet.noneOf(CauseKind.class);
        for (CauseKind kind : byKind.keySet()) {
            if (fitted.calibrate(1, kind).probability()
                    <= fitted.calibrate(0, kind).probability()) {
                inverted.add(kind);
            }
        }
        return inverted.isEmpty() ? fitted : new Calibrator(train(used, inverted));
    }

    /** The probability that a suspect of that kind with that raw confidence is the cause. */
    public Confidence calibrate(double raw, CauseKind cause) {
        double bounded = Math.max(0, Math.min(1, raw));
        if (model == null || model.getFeatureIDMap().get(base(cause)) == null) {
            return new Confidence(bounded, false);
        }
        Label right = Objects.requireNonNull(
                model.predict(example(RIGHT, bounded, cause, true))
                        .getOutputScores()
                        .get(RIGHT),
                "both labels are always trained");
        return new Confidence(right.getScore(), true);
    }

    /** Protobuf of the Tribuo model ({@code tribuo.core.ModelProto}); empty when nothing is fitted. */
    public byte[] toBytes() {
        return model == null ? new byte[0] : model.serialize().toByteArray();
    }

    /**
     * @throws IllegalArgumentException if the bytes are not a calibration model; refit from the outcomes then
     */
    public static Calibrator fromBytes(byte[] bytes) {
        if (bytes.length == 0) {
            return none();
        }
        try {
            Model<?> read = Model.deserialize(ModelProto.parseFrom(bytes));
            return new Calibrator(read.castModel(Label.class));
        } catch (InvalidProtocolBufferException | IllegalStateException | ClassCastException e) {
            throw new IllegalArgumentException("not a calibration model: " + e.getMessage(), e);
        }
    }

    /** Where the model comes from, as Tribuo tells it: data, trainer, seed, versions; empty when nothing is fitted. */
    public String provenance() {
        return model == null ? "" : model.getProvenance().toString();
    }

    private static Model<Label> train(List<LabelledOutcome> outcomes, Set<CauseKind> withoutSlope) {
        LabelFactory labels = new LabelFactory();
        Instant newest = outcomes.stream()
                .map(LabelledOutcome::at)
                .max(Comparator.naturalOrder())
                .orElseThrow();
        MutableDataset<Label> data = new MutableDataset<>(
                new SimpleDataSourceProvenance(
                        outcomes.size() + " labelled outcomes", newest.atOffset(ZoneOffset.UTC), labels),
                labels);
        Set<CauseKind> kinds = outcomes.stream()
                .map(LabelledOutcome::cause)
                .collect(Collectors.toCollection(() -> EnumSet.noneOf(CauseKind.class)));
        for (CauseKind kind : kinds) {
            data.add(example(RIGHT, 1, kind, !withoutSlope.contains(kind)));
            data.add(example(WRONG, 0, kind, !withoutSlope.contains(kind)));
        }
        Function<LabelledOutcome, ArrayExample<Label>> toExample = outcome -> example(
                outcome.right() ? RIGHT : WRONG,
                outcome.raw(),
                outcome.cause(),
                !withoutSlope.contains(outcome.cause()));
        outcomes.stream().map(toExample).forEach(data::add);
        return new LinearSGDTrainer(new LogMulticlass(), new AdaGrad(LEARNING_RATE), EPOCHS, -1, 1, SEED).train(data);
    }

    private static ArrayExample<Label> example(String label, double raw, CauseKind kind, boolean withSlope) {
        String[] names = withSlope ? new String[] {base(kind), slope(kind)} : new String[] {base(kind)};
        double[] values = withSlope ? new double[] {1, logOdds(raw)} : new double[] {1};
        return new ArrayExample<>(new Label(label), names, values);
    }

    private static double logOdds(double raw) {
        double inside = Math.max(MARGIN, Math.min(1 - MARGIN, raw));
        return Math.log(inside / (1 - inside));
    }

    private static String base(CauseKind kind) {
        return "base:" + kind.word();
    }

    private static String slope(CauseKind kind) {
        return "raw:" + kind.word();
    }
}
