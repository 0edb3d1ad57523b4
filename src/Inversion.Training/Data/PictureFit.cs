namespace Inversion.Training.Data;

/// <summary>Brings a picture to size × size entries in [−range, range].</summary>
/// <param name="Size">Height and width of what comes out.</param>
/// <param name="Pads">True to surround a picture that is not larger with black; false to scale its shorter side to the size and crop the middle.</param>
/// <param name="Range">What white becomes; black becomes its negative.</param>
internal sealed record PictureFit(int Size, bool Pads, double Range)
{
    /// <summary>[channel][row][column].</summary>
    public float[] Apply(RawPicture picture)
    {
        float[] result = new float[picture.Channels * Size * Size];
        for (int channel = 0; channel < picture.Channels; channel++)
        {
            double[] plane = new double[picture.Height * picture.Width];
            for (int i = 0; i < plane.Length; i++)
            {
                plane[i] = picture.Pixels[(channel * plane.Length) + i];
            }

            double[] fitted = Pads && picture.Height <= Size && picture.Width <= Size ? Padded(plane, picture) : Cropped(plane, picture);
            for (int i = 0; i < fitted.Length; i++)
            {
                result[(channel * fitted.Length) + i] = (float)(((fitted[i] / 127.5) - 1) * Range);
            }
        }

        return result;
    }

    private double[] Padded(double[] plane, RawPicture picture)
    {
        int top = (Size - picture.Height) / 2;
        int left = (Size - picture.Width) / 2;
        double[] result = new double[Size * Size];
        for (int row = 0; row < picture.Height; row++)
        {
            Array.Copy(plane, row * picture.Width, result, ((top + row) * Size) + left, picture.Width);
        }

        return result;
    }

    private double[] Cropped(double[] plane, RawPicture picture)
    {
        int shorter = Math.Min(picture.Height, picture.Width);
        double[,] down = Weights(picture.Height, shorter);
        double[,] across = Weights(picture.Width, shorter);
        double[] between = new double[Size * picture.Width];
        for (int row = 0; row < Size; row++)
        {
            for (int from = 0; from < picture.Height; from++)
            {
                for (int column = 0; column < picture.Width && down[row, from] != 0; column++)
                {
                    between[(row * picture.Width) + column] += down[row, from] * plane[(from * picture.Width) + column];
                }
            }
        }

        double[] result = new double[Size * Size];
        for (int row = 0; row < Size; row++)
        {
            for (int column = 0; column < Size; column++)
            {
                double sum = 0;
                for (int from = 0; from < picture.Width; from++)
                {
                    sum += across[column, from] * between[(row * picture.Width) + from];
                }

                result[(row * Size) + column] = sum;
            }
        }

        return result;
    }

    // A tent as wide as the larger of the two spacings, so that shrinking averages and enlarging interpolates; rows add to 1.
    private double[,] Weights(int length, int shorter)
    {
        double spacing = (double)shorter / Size;
        double reach = Math.Max(1, spacing);
        double first = (length - shorter) / 2.0;
        double[,] weights = new double[Size, length];
        for (int to = 0; to < Size; to++)
        {
            double centre = first + ((to + 0.5) * spacing) - 0.5;
            double total = 0;
            for (int from = 0; from < length; from++)
            {
                weights[to, from] = Math.Max(0, 1 - (Math.Abs(from - centre) / reach));
                total += weights[to, from];
            }

            for (int from = 0; from < length; from++)
            {
                weights[to, from] /= total;
            }
        }

        return weights;
    }
}
