/** What `scaling` times of the problems with A and AᵀA: every method against the sizes its cost is claimed in. */
import { type Matrix, type Method, solveLeastSquares, solveOddPower, solvePsdPower } from 'sketchsolve';
import { mlLeastSquares } from '../../examples/support/mlMatrix';
import { mixedColumns } from '../../examples/support/synthetic';
import { sparseRegression } from './plantedRegression';
import { normalVector } from './randomData';
import { solveByForming } from './squaring';
import { answerOf, type Claim, COLUMNS, type Entrant, FREE, LINEAR, type Sweep } from './sweep';
import { KAPPA, type SweepSizes } from './sweepSizes';

/** The paper's iteration first. */
const METHODS: readonly Method[] = [
  'gradient-descent',
  'heavy-ball',
  'conjugate-gradient',
  'cholesky-qr',
  'direct',
];
const FACTORING: readonly Method[] = ['cholesky-qr', 'direct'];
const FORMING = 'forming (AᵀA)ʲ, ml-matrix';
const ML_QR = 'ml-matrix QR';
/** What ml-matrix may take for one run, nd². */
const MOST_PEER_WORK = 2.5e7;
const MOST_COMPARED = 1e4;
const SPARSE_COLUMNS = 50;
const PER_ROW = 5;

export function gramSweeps(sizes: SweepSizes): Sweep[] {
  return [
    powersAgainstRows(sizes),
    powersAgainstPower(sizes),
    powersAgainstColumns(sizes),
    powersAgainstKappa(sizes),
    oddAgainstRows(sizes),
    oddAgainstPower(sizes),
    leastSquaresAgainstRows(sizes),
    leastSquaresAgainstColumns(sizes),
    leastSquaresAgainstKappa(sizes),
    sparseAgainstEntries(sizes),
  ];
}

function powersAgainstRows({ d, rows }: SweepSizes): Sweep {
  const j = 2;
  return {
    ...{ problem: '(AᵀA)ʲx = b', parameter: 'n', given: `d = ${d}, j = ${j}, κ(A) = ${KAPPA}`, values: rows },
    claims: { ...claimed(LINEAR), [FORMING]: null },
    prepare(n) {
      const A = mixedColumns(n, d, KAPPA, 3);
      const b = normalVector(d, 4);
      const ours = powerRuns(A, b, j);
      if (n * d ** 2 > MOST_PEER_WORK) return ours;
      return { ...ours, [FORMING]: { run: () => solveByForming(A, b, j) ?? b } };
    },
  };
}

/** Formed, (AᵀA)ʲ has lost all digits from j = 8 on: κ(A)^2j = 10¹⁶. */
function powersAgainstPower({ d, n, powers }: SweepSizes): Sweep {
  return {
    ...{
      problem: '(AᵀA)ʲx = b',
      parameter: 'j',
      given: `n = ${n}, d = ${d}, κ(A) = ${KAPPA}`,
      values: powers,
    },
    claims: { ...claimed(LINEAR), ...claimed(FREE, FACTORING) },
    prepare: (j) => powerRuns(mixedColumns(n, d, KAPPA, 3), normalVector(d, 4), j),
  };
}

function powersAgainstColumns({ tall: n, columns }: SweepSizes): Sweep {
  return {
    ...{ problem: '(AᵀA)ʲx = b', parameter: 'd', given: `n = ${n}, j = 1, κ(A) = ${KAPPA}`, values: columns },
    claims: claimed(COLUMNS),
    prepare: (d) => powerRuns(mixedColumns(n, d, KAPPA, 3), normalVector(d, 4), 1),
  };
}

function powersAgainstKappa({ n, d, kappas }: SweepSizes): Sweep {
  return {
    ...{ problem: '(AᵀA)ʲx = b', parameter: 'κ(A)', given: `n = ${n}, d = ${d}, j = 1`, values: kappas },
    claims: claimed(FREE),
    prepare: (kappa) => powerRuns(mixedColumns(n, d, kappa, 3), normalVector(d, 4), 1),
  };
}

function oddAgainstRows({ d, rows }: SweepSizes): Sweep {
  const problem = 'min ‖A(AᵀA)ʲx − b‖';
  return {
    ...{ problem, parameter: 'n', given: `d = ${d}, j = 2, κ(A) = ${KAPPA}`, values: rows },
    claims: claimed(LINEAR),
    prepare: (n) => oddRuns(mixedColumns(n, d, KAPPA, 3), 2),
  };
}

function oddAgainstPower({ d, n, powers }: SweepSizes): Sweep {
  const given = `n = ${n}, d = ${d}, κ(A) = ${KAPPA}`;
  return {
    ...{ problem: 'min ‖A(AᵀA)ʲx − b‖', parameter: 'j', given, values: powers },
    claims: { ...claimed(LINEAR), ...claimed(FREE, FACTORING) },
    prepare: (j) => oddRuns(mixedColumns(n, d, KAPPA, 3), j),
  };
}

function leastSquaresAgainstRows({ d, rows }: SweepSizes): Sweep {
  return {
    ...{ problem: 'min ‖Ax − b‖', parameter: 'n', given: `d = ${d}, κ(A) = ${KAPPA}`, values: rows },
    claims: { ...claimed(LINEAR), [ML_QR]: null },
    prepare: (n) => leastSquaresRuns(mixedColumns(n, d, KAPPA, 3)),
  };
}

function leastSquaresAgainstColumns({ tall: n, columns }: SweepSizes): Sweep {
  return {
    ...{ problem: 'min ‖Ax − b‖', parameter: 'd', given: `n = ${n}, κ(A) = ${KAPPA}`, values: columns },
    claims: claimed(COLUMNS),
    prepare: (d) => leastSquaresRuns(mixedColumns(n, d, KAPPA, 3), false),
  };
}

function leastSquaresAgainstKappa({ n, d, kappas }: SweepSizes): Sweep {
  return {
    ...{ problem: 'min ‖Ax − b‖', parameter: 'κ(A)', given: `n = ${n}, d = ${d}`, values: kappas },
    claims: claimed(FREE),
    prepare: (kappa) => leastSquaresRuns(mixedColumns(n, d, kappa, 3), false, kappa),
  };
}

function sparseAgainstEntries({ sparseRows }: SweepSizes): Sweep {
  const given = `csr, d = ${SPARSE_COLUMNS}, ${PER_ROW} entries a row, conjugate gradients`;
  return {
    problem: 'sparse A',
    parameter: 'entries',
    given,
    values: sparseRows.map((rows) => rows * PER_ROW),
    claims: { 'min ‖Ax − b‖': LINEAR, '(AᵀA)²x = b': LINEAR },
    prepare(entries) {
      const { A, b } = sparseRegression(entries / PER_ROW, SPARSE_COLUMNS, PER_ROW);
      const method = 'conjugate-gradient';
      const c = b.slice(0, SPARSE_COLUMNS);
      return {
        'min ‖Ax − b‖': { run: () => answerOf(solveLeastSquares(A, b, { method })) },
        '(AᵀA)²x = b': {
          run: () => answerOf(solvePsdPower(A, c, 2, { method })),
          agreement: Number.POSITIVE_INFINITY,
        },
      };
    },
  };
}

function powerRuns(A: Matrix, b: Float64Array, j: number): Record<string, Entrant> {
  return Object.fromEntries(
    METHODS.map((method) => [method, { run: () => answerOf(solvePsdPower(A, b, j, { method })) }]),
  );
}

function oddRuns(A: Matrix, j: number): Record<string, Entrant> {
  const b = normalVector(A.rows, 4);
  return Object.fromEntries(
    METHODS.map((method) => [method, { run: () => answerOf(solveOddPower(A, b, j, { method })) }]),
  );
}

/** κ²u decides what two backward stable answers have in common, since b is not near the range of A. */
function leastSquaresRuns(A: Matrix, peer = true, kappa = KAPPA) {
  const b = normalVector(A.rows, 4);
  const agreement = kappa <= MOST_COMPARED ? 1e-6 : Number.POSITIVE_INFINITY;
  const ours = METHODS.map((method): [string, Entrant] => [
    method,
    { agreement, run: () => answerOf(solveLeastSquares(A, b, { method })) },
  ]);
  if (!peer || A.rows * A.columns ** 2 > MOST_PEER_WORK) return Object.fromEntries(ours);
  const theirs = mlLeastSquares(A, false);
  return Object.fromEntries([...ours, [ML_QR, { run: () => theirs(b) }]]);
}

function claimed(claim: Claim, methods: readonly Method[] = METHODS): Record<string, Claim> {
  return Object.fromEntries(methods.map((method) => [method, claim]));
}
