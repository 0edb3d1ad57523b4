using Inversion.Figures;
using Inversion.Pictures;

namespace Inversion.Cli.Output;

/// <summary>A sheet of pictures with words to the left of its rows.</summary>
internal static class LabeledSheet
{
    private const int Gap = 2;

    /// <summary>The sheet.</summary>
    /// <param name="rows">Rows of pictures of one size.</param>
    /// <param name="labels">What each row shows; a line feed begins another line.</param>
    /// <param name="factor">Pixels for each pixel.</param>
    public static Picture Of(IReadOnlyList<IReadOnlyList<Picture>> rows, IReadOnlyList<string> labels, int factor)
    {
        Picture sheet = PictureSheet.Of(rows, factor, Gap);
        LabelColumn column = LabelColumn.Of(labels, factor * rows[0][0].Height, Gap);
        int width = column.Width + sheet.Width;
        double[] values = new double[sheet.Channels * sheet.Height * width];
        for (int line = 0; line < sheet.Channels * sheet.Height; line++)
        {
            Array.Copy(column.Values, line % sheet.Height * column.Width, values, line * width, column.Width);
            Array.Copy(sheet.Values, line * sheet.Width, values, (line * width) + column.Width, sheet.Width);
        }

        return new Picture(sheet.Channels, sheet.Height, width, values);
    }
}
