/**
 * Exact features of degree l: φ_l(x) has one entry √(l!/α!)·x^α for each monomial x^α of degree l in d variables, so
 * that ⟨φ_l(x), φ_l(y)⟩ = ⟨x, y⟩ˡ with C(d+l−1, l) numbers instead of dˡ. Built degree by degree: a monomial of degree l
 * is its first variable x_k times a monomial of degree l − 1 in the variables from k on.
 */

/** How φ_l comes from φ_(l−1): entry p is ratios[p]·x[variables[p]]·φ_(l−1)[sources[p]]. */
export interface SymmetricPower {
  readonly degree: number;
  readonly length: number;
  readonly sources: Int32Array;
  /** The first variable of the monomial; ascending. */
  readonly variables: Int32Array;
  readonly ratios: Float64Array;
  /** α_k, k the first variable. */
  readonly multiplicities: Int32Array;
}

/** C(d + l − 1, l), or Infinity where that or a product on the way exceeds 2⁵³. */
export function symmetricLength(d: number, l: number): number {
  let count = 1;
  for (let k = 1; k <= l; k++) {
    const product = count * (d + k - 1);
    if (product > Number.MAX_SAFE_INTEGER) return Number.POSITIVE_INFINITY;
    count = product / k; // exact: C(d + k − 1, k)
  }
  return count;
}

/** φ₁(x) = x. */
export function firstPower(d: number): SymmetricPower {
  const variables = Int32Array.from({ length: d }, (_, k) => k);
  return {
    degree: 1,
    length: d,
    sources: new Int32Array(d),
    variables,
    ratios: new Float64Array(d).fill(1),
    multiplicities: new Int32Array(d).fill(1),
  };
}

/** The table of the next degree. Memory: 20 bytes an entry. */
export function nextPower(previous: SymmetricPower, d: number): SymmetricPower {
  const degree = previous.degree + 1;
  const length = symmetricLength(d, degree);
  const sources = new Int32Array(length);
  const variables = new Int32Array(length);
  const ratios = new Float64Array(length);
  const multiplicities = new Int32Array(length);
  let p = 0;
  let first = 0; // of the monomials of the previous degree in the variables from k on: they are its tail
  for (let k = 0; k < d; k++) {
    while (previous.variables[first] < k) first++;
    for (let q = first; q < previous.length; q++, p++) {
      const multiplicity = previous.variables[q] === k ? previous.multiplicities[q] + 1 : 1;
      sources[p] = q;
      variables[p] = k;
      multiplicities[p] = multiplicity;
      ratios[p] = Math.sqrt(degree / multiplicity);
    }
  }
  return { degree, length, sources, variables, ratios, multiplicities };
}

/**
 * out (length × width) ← φ_l of the columns of X (d × width), given their φ_(l−1) in `previous`. out must not alias
 * the others.
 */
export function symmetricPowerInto(
  out: Float64Array,
  power: SymmetricPower,
  previous: Float64Array,
  X: Float64Array,
  width: number,
): void {
  const { length, sources, variables, ratios } = power;
  for (let p = 0, to = 0; p < length; p++, to += width) {
    const from = sources[p] * width;
    const at = variables[p] * width;
    const ratio = ratios[p];
    for (let c = 0; c < width; c = (c + 1) | 0) {
      out[(to + c) | 0] = ratio * X[(at + c) | 0] * previous[(from + c) | 0];
    }
  }
}
