namespace Inversion.Cones;

/// <summary>One step of a piecewise linear map: a matrix, or a kink on every unit.</summary>
/// <param name="Matrix">The matrix; null for a kink.</param>
/// <param name="Kink">Which kink it is, from 0; −1 for a matrix.</param>
/// <param name="Slope">Slope of a kink below zero.</param>
/// <param name="Units">For a kink, each unit's index in the network's own layer, ascending.</param>
internal sealed record MapStage(SparseMatrix? Matrix, int Kink, double Slope, int[] Units);
