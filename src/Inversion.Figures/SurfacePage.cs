using System.Globalization;
using System.Net;
using System.Text;

namespace Inversion.Figures;

/// <summary>A page on which a function on a grid is turned and zoomed as a surface in space. Its script (plotly.js) is in it: nothing is loaded from anywhere.</summary>
public sealed record SurfacePage
{
    private const int Digits = 6;

    /// <summary>The grid, its title and its marks. Axes are called x, y and J: what they are stands in the note.</summary>
    public required HeatMap Grid { get; init; }

    /// <summary>What stands below the surface.</summary>
    public string Note { get; init; } = string.Empty;

    /// <summary>The page. Values are written with six digits.</summary>
    public string Html()
    {
        StringBuilder page = new();
        page.Append("<!DOCTYPE html>\n<html lang=\"en\"><head><meta charset=\"utf-8\"><meta name=\"viewport\" content=\"width=device-width\">");
        page.Append("<meta http-equiv=\"Content-Security-Policy\" content=\"default-src 'none'; script-src 'unsafe-inline'; style-src 'unsafe-inline'; img-src data: blob:\">");
        page.Append(CultureInfo.InvariantCulture, $"<title>{WebUtility.HtmlEncode(Grid.Title)}</title>\n");
        page.Append("<style>html,body{margin:0;height:100%;font-family:\"DejaVu Sans\",Verdana,sans-serif}body{display:flex;flex-direction:column}#surface{flex:1;min-height:0}p{margin:8px 16px;font-size:14px}</style>\n");
        page.Append("<script>").Append(Encoding.UTF8.GetString(Resource.Bytes("plotly-gl3d.min.js"))).Append("</script>\n</head><body>\n");
        page.Append("<div id=\"surface\"></div>\n<p>").Append(WebUtility.HtmlEncode(Note)).Append("</p>\n<script>\n");
        page.Append("const x=").Append(Numbers(Grid.X)).Append(",y=").Append(Numbers(Grid.Y)).Append(",z=").Append(Rows()).Append(";\n");
        page.Append("const traces=[{type:'surface',x,y,z,colorscale:'Viridis',colorbar:{title:{text:'J'}},");
        page.Append("contours:{z:{show:true,usecolormap:false,color:'#ffffff',width:1,highlight:true}},hovertemplate:'x %{x:.4g}<br>y %{y:.4g}<br>J %{z:.6g}<extra></extra>'}];\n");
        AppendMarks(page);
        page.Append("const axis=text=>({title:{text}});\n");
        page.Append("Plotly.newPlot('surface',traces,{title:{text:").Append(Text(Grid.Title)).Append("},font:{family:'DejaVu Sans, Verdana, sans-serif',size:14},autosize:true,margin:{l:0,r:0,b:0,t:48},legend:{x:0,y:1},");
        page.Append("scene:{xaxis:axis('x'),yaxis:axis('y'),zaxis:axis('J'),");
        page.Append("aspectmode:'manual',aspectratio:{x:1,y:1,z:0.7},camera:{eye:{x:1.25,y:-1.25,z:1.0}}}},{responsive:true,displaylogo:false});\n</script>\n</body></html>\n");
        return page.ToString();
    }

    /// <summary>Writes the page at once.</summary>
    /// <param name="path">The file; its folder exists.</param>
    public void Write(string path) => FigureFile.Put(path, Encoding.UTF8.GetBytes(Html()));

    private void AppendMarks(StringBuilder page)
    {
        for (int k = 0; k < Grid.Marks.Count; k++)
        {
            MarkedPoint mark = Grid.Marks[k];
            int i = Nearest(Grid.Y, mark.Y);
            int j = Nearest(Grid.X, mark.X);
            page.Append(CultureInfo.InvariantCulture,
                $"traces.push({{type:'scatter3d',mode:'markers',x:[{Number(mark.X)}],y:[{Number(mark.Y)}],z:[{Number(Grid.Values[i, j])}],name:{Text(mark.Name)},marker:{{size:6,color:'{OkabeIto.At(k + 1).ToHex()}',line:{{width:1,color:'#fff'}}}}}});\n");
        }
    }

    private static int Nearest(IReadOnlyList<double> axis, double at) => Enumerable.Range(0, axis.Count).MinBy(i => Math.Abs(axis[i] - at));

    private string Rows() =>
        "[" + string.Join(",\n", Enumerable.Range(0, Grid.Y.Count).Select(i => Numbers([.. Enumerable.Range(0, Grid.X.Count).Select(j => Grid.Values[i, j])]))) + "]";

    private static string Numbers(IReadOnlyList<double> values) => "[" + string.Join(',', values.Select(Number)) + "]";

    private static string Number(double value) => double.IsFinite(value) ? value.ToString("G" + Digits, CultureInfo.InvariantCulture) : "null";

    // A text inside a script must not end it.
    private static string Text(string text) => System.Text.Json.JsonSerializer.Serialize(text);
}
