namespace Inversion.Training.Data;

/// <summary>A picture as it was read: bytes of [channel][row][column], 0 black, 255 white.</summary>
internal sealed record RawPicture(int Channels, int Height, int Width, byte[] Pixels);
